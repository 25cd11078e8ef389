#pragma once
#include <boost/json/object.hpp>

#include <vector>

#include "features/connectors/access.h"
#include "features/connectors/google_calendar.h"
#include "features/idempotency/idempotency.h"
#include "http/page.h"

namespace xentree {

// The rules between members of a CalendarEventCreate.
void check_calendar_event(const boost::json::object& body, std::vector<Fault>& faults);

// Events of the connected Google Calendar, read and written at Google with each request: nothing of them is
// kept here, but for 24 hours the answer to an Idempotency-Key. Any I/O thread.
class CalendarEvents {
  public:
    struct Parts {
        Database& database;
        const Idempotency& idempotency;
        const Clock& clock;
        const Providers& providers;
        ConnectionAccess& access;
        Milliseconds timeout; // of a call
    };
    explicit CalendarEvents(Parts parts) : parts_(parts) {}

    // Throws ApiError: validation_error (the span), connector_not_configured, and those of ConnectionAccess.
    Task<Page<CalendarEvent>> list(Caller caller, EventSpan span, PageRequest page);
    // The rules between members hold already. The same Idempotency-Key never writes two events, for Google
    // gets an id for the event that is the same for each try; nor does libcurl, which sends a request again
    // where a connection that was kept open turns out to be closed. Throws ApiError: idempotency_key_reused,
    // connector_not_configured, and those of ConnectionAccess.
    Task<CalendarEvent> create(Caller caller, CalendarEventCreate wanted);

  private:
    struct Plan {
        std::optional<CalendarEvent> kept; // the answer that was given before
        std::string event_id;              // the same for each try of a request
    };
    google_calendar::EventQuery query_of(const EventSpan& span, const PageRequest& page) const;
    Task<Plan> plan(Caller caller);
    Task<ConnectionAccess::Called> call(Caller caller, Access access, OutboundRequest request) const;
    // Ends the request of an answer that has another status than 200.
    Task<void> refuse(Caller caller, ConnectionAccess::Called called) const;

    Parts parts_;
};

} // namespace xentree
