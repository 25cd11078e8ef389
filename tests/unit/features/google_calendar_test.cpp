#include "features/connectors/google_calendar.h"

#include <gtest/gtest.h>

#include "features/connectors/calendar_events.h"

namespace xentree {
namespace {

using namespace google_calendar;

Instant at(std::string_view text) {
    return parse_instant(text).value();
}

const EventQuery week{at("2026-05-04T00:00:00Z"), at("2026-05-11T00:00:00Z"), 10, ""};

std::size_t shown(const std::string& items) {
    const auto page = read_page("{\"items\":[" + items + "]}", week, "Europe/Zagreb");
    return page ? page->events.size() : 999;
}

std::string event(const std::string& start, const std::string& end) {
    return R"({"id":"a","start":{"dateTime":")" + start + R"("},"end":{"dateTime":")" + end + R"("}})";
}

TEST(GoogleCalendar, asks_for_whole_seconds_around_the_span) {
    EventQuery query = week;
    query.from += Milliseconds(100);
    query.to -= Milliseconds(100);
    const auto request = list_request("https://a.example/v3", query);
    EXPECT_NE(request.url.find("timeMin=2026-05-04T00%3A00%3A00.000Z&timeMax=2026-05-11T00%3A00%3A00.000Z"),
              std::string::npos)
        << request.url;
    EXPECT_TRUE(request.url.starts_with("https://a.example/v3/calendars/primary/events?"));
    EXPECT_EQ(request.redirects, 0);
    EXPECT_EQ(request.url.find("pageToken"), std::string::npos);
    query.page_token = "a b";
    EXPECT_NE(list_request("https://a.example/v3", query).url.find("pageToken=a%20b"), std::string::npos);
}

TEST(GoogleCalendar, shows_what_touches_the_span) {
    EXPECT_EQ(shown(event("2026-05-03T23:00:00Z", "2026-05-04T00:00:00Z")), 0u);
    EXPECT_EQ(shown(event("2026-05-03T23:00:00Z", "2026-05-04T00:00:01Z")), 1u);
    EXPECT_EQ(shown(event("2026-05-10T23:59:59Z", "2026-05-12T00:00:00Z")), 1u);
    EXPECT_EQ(shown(event("2026-05-11T00:00:00Z", "2026-05-12T00:00:00Z")), 0u);
    EXPECT_EQ(shown(event("2026-05-04T00:00:00Z", "2026-05-04T00:00:00Z")), 1u); // a moment
    EXPECT_EQ(shown(event("2026-05-03T23:59:59Z", "2026-05-03T23:59:59Z")), 0u);
}

TEST(GoogleCalendar, leaves_out_what_is_not_as_documented) {
    for (const char* item : {"7", "null", "{}", R"({"id":"a"})", R"({"id":"a","start":7,"end":{}})",
                             R"({"id":"","start":{"date":"2026-05-05"},"end":{"date":"2026-05-06"}})",
                             R"({"id":"a","start":{"date":"2026-05-35"},"end":{"date":"2026-05-06"}})",
                             R"({"id":"a","status":"cancelled"})"})
        EXPECT_EQ(shown(item), 0u) << item;
    EXPECT_EQ(shown(event("2026-05-05T17:00:00Z", "2026-05-05T16:00:00Z")), 0u); // it ends before it begins
    for (const char* body : {"", "[]", "{", R"({"items":7})", "\"x\""})
        EXPECT_FALSE(read_page(body, week, "UTC")) << body;
    EXPECT_TRUE(read_page("{}", week, "UTC")->events.empty());
}

TEST(GoogleCalendar, a_day_begins_in_the_users_zone_also_where_it_has_no_midnight) {
    const std::string day = R"({"id":"a","start":{"date":"2026-05-05"},"end":{"date":"2026-05-06"}})";
    EXPECT_EQ(read_event(day, "Europe/Zagreb")->starts_at, at("2026-05-04T22:00:00Z"));
    // Clocks in Cairo go from 00:00 to 01:00 on 2026-04-24.
    EXPECT_EQ(begin_of_day("2026-04-24", "Africa/Cairo"), at("2026-04-23T22:00:00Z"));
    EXPECT_EQ(begin_of_day("2026-04-24T", "UTC"), std::nullopt);
    EXPECT_EQ(begin_of_day("2026-04-24", "Nowhere"), std::nullopt);
}

TEST(GoogleCalendar, texts_have_no_nul_and_links_lead_nowhere_else) {
    const auto made = [](const std::string& more) {
        return *read_event(
            R"({"id":"a","start":{"date":"2026-05-05"},"end":{"date":"2026-05-06"},)" + more + "}", "UTC");
    };
    EXPECT_EQ(made(R"("summary":"a\u0000b")").title, "ab");
    EXPECT_EQ(made(R"("description":"")").description, std::nullopt);
    EXPECT_EQ(made(R"("htmlLink":"https://calendar.google.com/e?eid=1")").html_link,
              "https://calendar.google.com/e?eid=1");
    for (const char* link :
         {"http://calendar.google.com/", "javascript:alert(1)", "https://a b", "https://\\u00e9"})
        EXPECT_EQ(made("\"htmlLink\":\"" + std::string(link) + "\"").html_link, std::nullopt) << link;
}

TEST(GoogleCalendar, a_403_is_told_by_its_reason) {
    const auto refusal = [](int status, const std::string& body) { return refusal_of({status, body, {}}); };
    EXPECT_EQ(refusal(403, R"({"error":{"errors":[{"reason":"userRateLimitExceeded"}]}})"),
              Refusal::rate_limit);
    EXPECT_EQ(refusal(403, R"({"error":{"errors":[{"reason":"insufficientPermissions"}]}})"),
              Refusal::lacks_right);
    EXPECT_EQ(refusal(403, R"({"error":{"details":[{"reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}})"),
              Refusal::lacks_right);
    EXPECT_EQ(refusal(429, "x"), Refusal::rate_limit);
    for (const char* body :
         {"", "[]", R"({"error":"x"})", R"({"error":{"errors":7}})", R"({"error":{"errors":[1]}})"})
        EXPECT_EQ(refusal(403, body), Refusal::other) << body;
    EXPECT_EQ(refusal(500, R"({"error":{"errors":[{"reason":"insufficientPermissions"}]}})"), Refusal::other);
}

TEST(GoogleCalendar, an_id_is_one_that_google_takes) {
    const auto id = make_event_id();
    EXPECT_EQ(id.size(), 26u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdefghijklmnopqrstuv"), std::string::npos) << id;
    EXPECT_NE(id, make_event_id());
}

TEST(CalendarEvents, an_event_ends_after_it_starts_and_within_a_day) {
    const auto faults = [](const char* starts, const char* ends) {
        std::vector<Fault> found;
        check_calendar_event({{"starts_at", starts}, {"ends_at", ends}}, found);
        return found.size();
    };
    EXPECT_EQ(faults("2026-05-05T16:00:00Z", "2026-05-06T16:00:00Z"), 0u);
    EXPECT_EQ(faults("2026-05-05T16:00:00Z", "2026-05-06T16:00:00.001Z"), 1u);
    EXPECT_EQ(faults("2026-05-05T16:00:00Z", "2026-05-05T18:00:00+02:00"), 1u);
    EXPECT_EQ(faults("x", "2026-05-05T16:00:00Z"), 0u); // the schema's fault
    std::vector<Fault> none;
    check_calendar_event({{"ends_at", 7}}, none);
    EXPECT_TRUE(none.empty());
}

} // namespace
} // namespace xentree
