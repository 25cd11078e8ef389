#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/connectors/provider_call.h"
#include "features/connectors/types.h"

// The wire of Google Calendar's API, version 3, as far as it is used: events of the primary calendar
// (https://developers.google.com/workspace/calendar/api/v3/reference/events). No rules, no I/O.
namespace xentree::google_calendar {

struct EventQuery {
    Instant from;
    Instant to;
    std::size_t limit = 0;
    std::string page_token; // empty: the first page
};
// The requests lack the Authorization header. Google counts whole seconds, so the span is widened to them.
OutboundRequest list_request(std::string_view api_url, const EventQuery& query);
// With an id of the caller's choice, see make_event_id: one that is there already is a 409.
OutboundRequest insert_request(std::string_view api_url, const CalendarEventCreate& event,
                               std::string_view id);
OutboundRequest get_request(std::string_view api_url, std::string_view id);

struct EventPage {
    std::vector<CalendarEvent> events;
    std::string next_page_token; // empty: the last page
};
// What touches the query's span, without cancelled events and those that are not as documented. Days are
// those of `time_zone`. Nothing where it is no page of events at all.
std::optional<EventPage> read_page(std::string_view body, const EventQuery& query,
                                   std::string_view time_zone);
std::optional<CalendarEvent> read_event(std::string_view body, std::string_view time_zone);

enum class Refusal { lacks_right, rate_limit, other };
// Why a call ended with another status than it was to (404, 409 and 401 apart).
Refusal refusal_of(const ProviderAnswer& answer);

// An id that Google takes (base32hex of RFC 2938, in small letters): 26 random characters.
std::string make_event_id();

} // namespace xentree::google_calendar
