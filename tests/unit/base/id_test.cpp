#include "base/id.h"

#include <gtest/gtest.h>

#include <unordered_set>

namespace xentree {
namespace {

constexpr Instant noon{Milliseconds(1'777'896'000'000)};

std::int64_t milliseconds_of(const UuidBytes& id) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < 6; ++i)
        value = value << 8 | id[i];
    return value;
}

TEST(Uuid7, it_has_the_version_and_the_variant_of_rfc_9562) {
    for (int i = 0; i < 1000; ++i) {
        const UuidBytes id = make_uuid7(noon);
        EXPECT_EQ(id[6] >> 4, 7);
        EXPECT_EQ(id[8] >> 6, 2);
    }
}

// The ids of other tests may be later already, as one process has one sequence.
TEST(Uuid7, its_first_48_bits_are_the_instant) {
    const Instant later = noon + std::chrono::hours(24 * 365);
    EXPECT_EQ(milliseconds_of(make_uuid7(later)), later.time_since_epoch().count());
    EXPECT_EQ(milliseconds_of(make_uuid7(later + Milliseconds(1))), later.time_since_epoch().count() + 1);
}

TEST(Uuid7, each_is_greater_than_the_one_before_while_the_clock_stands_still) {
    UuidBytes last = make_uuid7(noon);
    for (int i = 0; i < 10'000; ++i) {
        const UuidBytes next = make_uuid7(noon);
        ASSERT_GT(next, last);
        last = next;
    }
}

TEST(Uuid7, each_is_greater_than_the_one_before_when_the_clock_is_set_back) {
    UuidBytes last = make_uuid7(noon);
    for (int hours = 1; hours < 100; ++hours) {
        const UuidBytes next = make_uuid7(noon - std::chrono::hours(hours));
        ASSERT_GT(next, last);
        last = next;
    }
}

TEST(Uuid7, threads_never_make_the_same_and_each_sees_its_own_grow) {
    constexpr std::size_t threads = 4, each = 5000;
    std::vector<std::vector<UserId>> made(threads);
    std::vector<std::thread> running;
    for (auto& ids : made)
        running.emplace_back([&ids] {
            for (std::size_t i = 0; i < each; ++i)
                ids.push_back(UserId::make(noon));
        });
    for (auto& thread : running)
        thread.join();
    std::unordered_set<UserId> all;
    std::unordered_set<std::uint64_t> sequence; // the part that orders them
    for (const auto& ids : made) {
        EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
        for (const UserId& id : ids) {
            all.insert(id);
            std::uint64_t high = 0;
            for (std::size_t i = 0; i < 8; ++i)
                high = high << 8 | id.bytes[i];
            sequence.insert(high);
        }
    }
    EXPECT_EQ(all.size(), threads * each);
    EXPECT_EQ(sequence.size(), threads * each);
}

TEST(Uuid7, the_last_62_bits_cannot_be_told_from_those_before) {
    std::set<std::vector<std::uint8_t>> tails;
    for (int i = 0; i < 1000; ++i) {
        const UuidBytes id = make_uuid7(noon);
        tails.emplace(id.begin() + 8, id.end());
    }
    EXPECT_EQ(tails.size(), 1000U);
}

TEST(UuidText, what_is_written_is_read_again) {
    const UserId id = UserId::make(noon);
    EXPECT_EQ(id.text().size(), 36U);
    EXPECT_EQ(UserId::parse(id.text()), id);
}

TEST(UuidText, capitals_are_read_and_small_letters_written) {
    const auto id = parse_uuid("019CAD9C-9140-73C4-B64E-2EC636EC8A8F");
    ASSERT_TRUE(id);
    EXPECT_EQ(format_uuid(*id), "019cad9c-9140-73c4-b64e-2ec636ec8a8f");
}

TEST(UuidText, no_other_form_is_read) {
    const std::string good = "019cad9c-9140-73c4-b64e-2ec636ec8a8f";
    for (const std::string& bad : {std::string(), good.substr(1), good + "0", "{" + good + "}",
                                   "urn:uuid:" + good, std::string("019cad9c914073c4b64e2ec636ec8a8f"),
                                   std::string("019cad9c-9140-73c4-b64e2-ec636ec8a8f"),
                                   std::string("019cad9c-9140-73c4-b64e-2ec636ec8a8g"), " " + good.substr(1),
                                   good.substr(0, 35) + std::string(1, '\0'), std::string(36, '-')})
        EXPECT_FALSE(parse_uuid(bad)) << bad;
}

} // namespace
} // namespace xentree
