#include "features/connectors/google_calendar.h"

#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>
#include <sodium.h>

#include <algorithm>

#include "base/text.h"

namespace xentree::google_calendar {

namespace {

namespace json = boost::json;

// Of the contract, in code points.
constexpr std::size_t longest_id = 1'024;
constexpr std::size_t longest_title = 1'000;
constexpr std::size_t longest_description = 8'192;
constexpr std::size_t longest_link = 2'048;
// A hundred events whose descriptions may be longer than what is shown of them.
constexpr std::size_t page_limit = 8 * 1024 * 1024;
constexpr std::size_t event_limit = 1024 * 1024;
constexpr std::string_view event_fields = "id,status,summary,description,start,end,htmlLink";

std::string events_url(std::string_view api_url) {
    return std::string(api_url) + "/calendars/primary/events";
}

OutboundRequest request_to(std::string method, std::string url, std::size_t limit) {
    OutboundRequest request;
    request.method = std::move(method);
    request.url = std::move(url);
    request.headers = {{"Accept", "application/json"}};
    request.response_limit = limit;
    return request;
}

const json::object* object_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value ? value->if_object() : nullptr;
}

std::string cut(const std::string& text, std::size_t limit) {
    return std::string(first_code_points(text, limit));
}

std::optional<std::string> safe_link(std::string link) {
    if (link.size() > longest_link || !link.starts_with("https://"))
        return std::nullopt;
    const auto url = boost::urls::parse_uri(link);
    return url && !url->host().empty() ? std::optional(std::move(link)) : std::nullopt;
}

// {"dateTime": "2026-05-05T18:00:00+02:00"}, or {"date": "2026-05-05"} of a whole day.
std::optional<Instant> read_time(const json::object& event, std::string_view name,
                                 std::string_view time_zone) {
    const json::object* time = object_member(event, name);
    if (!time)
        return std::nullopt;
    const std::string moment = string_member(*time, "dateTime");
    return moment.empty() ? begin_of_day(string_member(*time, "date"), time_zone) : parse_instant(moment);
}

std::optional<CalendarEvent> to_event(const json::object& object, std::string_view time_zone) {
    const auto starts = read_time(object, "start", time_zone);
    const auto ends = read_time(object, "end", time_zone);
    CalendarEvent event;
    event.id = string_member(object, "id");
    if (!starts || !ends || *ends < *starts || event.id.empty() || count_code_points(event.id) > longest_id)
        return std::nullopt;
    event.title = cut(string_member(object, "summary"), longest_title);
    if (const std::string text = string_member(object, "description"); !text.empty())
        event.description = cut(text, longest_description);
    event.starts_at = *starts;
    event.ends_at = *ends;
    event.html_link = safe_link(string_member(object, "htmlLink"));
    return event;
}

// An event without length touches the moment at which it is.
bool touches(const CalendarEvent& event, const EventQuery& query) {
    const bool is_moment = event.ends_at == event.starts_at;
    return event.starts_at < query.to &&
           (is_moment ? event.starts_at >= query.from : event.ends_at > query.from);
}

} // namespace

OutboundRequest list_request(std::string_view api_url, const EventQuery& query) {
    const std::string from = format_instant(std::chrono::floor<Seconds>(query.from));
    const std::string to = format_instant(std::chrono::ceil<Seconds>(query.to));
    const std::string limit = std::to_string(query.limit);
    const std::string fields = "nextPageToken,items(" + std::string(event_fields) + ")";
    FormFields parameters{{"timeMin", from},        {"timeMax", to},       {"singleEvents", "true"},
                          {"orderBy", "startTime"}, {"maxResults", limit}, {"fields", fields}};
    if (!query.page_token.empty())
        parameters.emplace_back("pageToken", query.page_token);
    return request_to("GET", events_url(api_url) + "?" + encode_fields(parameters), page_limit);
}

OutboundRequest insert_request(std::string_view api_url, const CalendarEventCreate& event,
                               std::string_view id) {
    json::object body{{"id", id},
                      {"summary", event.title},
                      {"start", {{"dateTime", format_instant(event.starts_at)}}},
                      {"end", {{"dateTime", format_instant(event.ends_at)}}}};
    if (event.description && *event.description)
        body["description"] = **event.description;
    auto request = request_to("POST", events_url(api_url) + "?" + encode_fields({{"fields", event_fields}}),
                              event_limit);
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = json::serialize(body);
    return request;
}

OutboundRequest get_request(std::string_view api_url, std::string_view id) {
    return request_to(
        "GET", events_url(api_url) + "/" + std::string(id) + "?" + encode_fields({{"fields", event_fields}}),
        event_limit);
}

std::optional<EventPage> read_page(std::string_view body, const EventQuery& query,
                                   std::string_view time_zone) {
    const auto answer = parse_object(body);
    const auto* items = answer ? answer->if_contains("items") : nullptr;
    if (!answer || (items && !items->is_array()))
        return std::nullopt;
    EventPage page;
    page.next_page_token = string_member(*answer, "nextPageToken");
    if (!items)
        return page;
    for (const auto& item : items->get_array()) {
        const json::object* object = item.if_object();
        if (!object || string_member(*object, "status") == "cancelled")
            continue;
        auto event = to_event(*object, time_zone);
        if (event && touches(*event, query) && page.events.size() < query.limit)
            page.events.push_back(*std::move(event));
    }
    return page;
}

std::optional<CalendarEvent> read_event(std::string_view body, std::string_view time_zone) {
    const auto object = parse_object(body);
    return object ? to_event(*object, time_zone) : std::nullopt;
}

// https://developers.google.com/workspace/calendar/api/guides/errors: a 403 has many causes, told by
// error.errors[].reason, and in newer answers by error.details[].reason.
Refusal refusal_of(const ProviderAnswer& answer) {
    if (answer.status == 429)
        return Refusal::rate_limit;
    const auto body = answer.status == 403 ? parse_object(answer.body) : std::nullopt;
    const json::object* error = body ? object_member(*body, "error") : nullptr;
    if (!error)
        return Refusal::other;
    constexpr std::array limits{"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded",
                                "RATE_LIMIT_EXCEEDED"};
    constexpr std::array rights{"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"};
    for (const char* list : {"errors", "details"}) {
        const json::value* causes = error->if_contains(list);
        if (!causes || !causes->is_array())
            continue;
        for (const auto& cause : causes->get_array()) {
            const std::string reason = cause.is_object() ? string_member(cause.get_object(), "reason") : "";
            if (std::find(limits.begin(), limits.end(), reason) != limits.end())
                return Refusal::rate_limit;
            if (std::find(rights.begin(), rights.end(), reason) != rights.end())
                return Refusal::lacks_right;
        }
    }
    return Refusal::other;
}

std::string make_event_id() {
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuv";
    std::string id(26, '0');
    for (char& digit : id)
        digit = digits[randombytes_uniform(static_cast<std::uint32_t>(digits.size()))];
    return id;
}

} // namespace xentree::google_calendar
