#include "base/time.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <system_error>

namespace xentree {
namespace {

std::string read_and_write(std::string_view text) {
    const auto instant = parse_instant(text);
    return instant ? format_instant(*instant) : "refused";
}

TEST(Instants, they_are_written_in_utc_with_milliseconds) {
    EXPECT_EQ(format_instant(Instant(Milliseconds(0))), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(format_instant(Instant(Milliseconds(1'777'886'400'004))), "2026-05-04T09:20:00.004Z");
}

TEST(Instants, those_before_1970_are_written_whole) {
    EXPECT_EQ(format_instant(Instant(Milliseconds(-1))), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(format_instant(Instant(Milliseconds(-62'167'219'200'000))), "0000-01-01T00:00:00.000Z");
}

TEST(Instants, any_offset_is_taken_into_account) {
    EXPECT_EQ(read_and_write("2026-05-04T09:20:00Z"), "2026-05-04T09:20:00.000Z");
    EXPECT_EQ(read_and_write("2026-05-04T11:20:00+02:00"), "2026-05-04T09:20:00.000Z");
    EXPECT_EQ(read_and_write("2026-05-04T04:05:00-05:15"), "2026-05-04T09:20:00.000Z");
    EXPECT_EQ(read_and_write("2026-05-04T23:59:00-00:01"), "2026-05-05T00:00:00.000Z");
    EXPECT_EQ(read_and_write("2026-05-04T09:20:00-00:00"), "2026-05-04T09:20:00.000Z");
    EXPECT_EQ(read_and_write("2026-05-04t09:20:00z"), "2026-05-04T09:20:00.000Z");
}

TEST(Instants, digits_past_the_millisecond_are_dropped_and_missing_ones_are_zero) {
    EXPECT_EQ(read_and_write("2026-05-04T09:20:00.1Z"), "2026-05-04T09:20:00.100Z");
    EXPECT_EQ(read_and_write("2026-05-04T09:20:00.9999999999999999999Z"), "2026-05-04T09:20:00.999Z");
}

TEST(Instants, a_leap_second_is_the_second_after_it) {
    EXPECT_EQ(read_and_write("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00.000Z");
    EXPECT_EQ(read_and_write("2017-01-01T00:59:60.5+01:00"), "2017-01-01T00:00:00.500Z");
}

TEST(Instants, february_has_29_days_in_leap_years_only) {
    EXPECT_EQ(read_and_write("2028-02-29T00:00:00Z"), "2028-02-29T00:00:00.000Z");
    EXPECT_EQ(read_and_write("2000-02-29T00:00:00Z"), "2000-02-29T00:00:00.000Z");
    EXPECT_EQ(read_and_write("2026-02-29T00:00:00Z"), "refused");
    EXPECT_EQ(read_and_write("2100-02-29T00:00:00Z"), "refused");
}

TEST(Instants, years_have_four_digits) {
    EXPECT_EQ(read_and_write("0000-01-01T00:00:00Z"), "0000-01-01T00:00:00.000Z");
    EXPECT_EQ(read_and_write("9999-12-31T23:59:59.999Z"), "9999-12-31T23:59:59.999Z");
    for (const char* bad : {"999-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "+2026-05-04T09:20:00Z",
                            "-001-01-01T00:00:00Z", "26-05-04T09:20:00Z"})
        EXPECT_EQ(read_and_write(bad), "refused") << bad;
}

TEST(Instants, no_form_but_that_of_rfc_3339_is_read) {
    for (const char* bad : {"",
                            "2026-05-04",
                            "2026-05-04T09:20:00",
                            "2026-05-04 09:20:00Z",
                            "2026-05-04T09:20Z",
                            "2026-05-04T09:20:00.Z",
                            "2026-05-04T09:20:00,5Z",
                            "2026-5-4T09:20:00Z",
                            "20260504T092000Z",
                            "2026-13-01T00:00:00Z",
                            "2026-00-01T00:00:00Z",
                            "2026-05-00T00:00:00Z",
                            "2026-04-31T00:00:00Z",
                            "2026-05-04T24:00:00Z",
                            "2026-05-04T09:60:00Z",
                            "2026-05-04T09:20:61Z",
                            "2026-05-04T09:20:00+2:00",
                            "2026-05-04T09:20:00+0200",
                            "2026-05-04T09:20:00+24:00",
                            "2026-05-04T09:20:00+02:60",
                            "2026-05-04T09:20:00+02",
                            "2026-05-04T09:20:00Z ",
                            " 2026-05-04T09:20:00Z",
                            "2026-05-04T09:20:00ZZ",
                            "2026-05-04T+9:20:00Z",
                            "2026-05-04T09:20:00+-2:00"})
        EXPECT_EQ(read_and_write(bad), "refused") << bad;
}

TEST(TimeZones, zones_of_the_iana_database_are_known) {
    for (const char* zone :
         {"UTC", "Europe/Zagreb", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "Asia/Kolkata"})
        EXPECT_TRUE(is_time_zone(zone)) << zone;
}

TEST(TimeZones, their_case_is_the_databases) {
    for (const char* zone : {"utc", "europe/zagreb", "EUROPE/ZAGREB", "Europe/zagreb"})
        EXPECT_FALSE(is_time_zone(zone)) << zone;
}

TEST(TimeZones, the_second_and_third_copy_that_debian_keeps_is_refused) {
    EXPECT_FALSE(is_time_zone("posix/Europe/Zagreb"));
    EXPECT_FALSE(is_time_zone("right/Europe/Zagreb"));
}

TEST(TimeZones, what_else_lies_beside_the_zones_is_none) {
    for (const char* name : {"", "Europe", "posix", "right", "zone.tab", "zone1970.tab", "iso3166.tab",
                             "tzdata.zi", "leapseconds", "leap-seconds.list", "posixrules", "localtime"})
        EXPECT_FALSE(is_time_zone(name)) << name;
}

TEST(TimeZones, a_path_is_none) {
    using namespace std::string_view_literals;
    for (const auto name : {"../zoneinfo/UTC"sv, "/usr/share/zoneinfo/UTC"sv, "Europe/../UTC"sv, "./UTC"sv,
                            "Europe//Zagreb"sv, "UTC\0"sv, "UTC "sv, "../../../etc/passwd"sv})
        EXPECT_FALSE(is_time_zone(name)) << name;
}

TEST(Clocks, the_shifted_clock_follows_its_file_while_it_runs) {
    std::string file = testing::TempDir() + "xentree-clock-XXXXXX";
    ::close(::mkstemp(file.data()));
    const auto shift = [&](std::int64_t by) {
        std::fstream(file, std::ios::in | std::ios::out | std::ios::binary)
            .write(reinterpret_cast<const char*>(&by), sizeof by);
    };
    shift(0);
    const auto clock = make_shifted_clock(file);
    const Instant before = make_system_clock()->now();
    EXPECT_GE(clock->now(), before);
    shift(86'400'000);
    EXPECT_GE(clock->now(), before + std::chrono::hours(24));
    shift(-86'400'000);
    EXPECT_LT(clock->now(), before);
    std::remove(file.c_str());
}

TEST(Clocks, a_shifted_clock_without_its_file_does_not_start) {
    EXPECT_THROW(make_shifted_clock("/nonexistent/clock"), std::system_error);
}

} // namespace
} // namespace xentree
