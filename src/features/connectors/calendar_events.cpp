#include "features/connectors/calendar_events.h"

#include <boost/describe.hpp>

#include "security/digest.h"

namespace xentree {

namespace {

using google_calendar::EventQuery;

constexpr auto google = ConnectorProvider::google_calendar;
constexpr std::chrono::hours longest_event{24};
constexpr std::chrono::days longest_span{92};
constexpr std::chrono::days usual_span{7};
constexpr Instant last_moment = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) +
                                std::chrono::hours(24) - Seconds(1); // that can be written in whole seconds
constexpr std::string_view what = "Google Calendar, events";

// What is kept of a request that has begun, so that its repetition writes the same event.
struct PlannedEvent {
    std::string event_id;
};
BOOST_DESCRIBE_STRUCT(PlannedEvent, (), (event_id))

std::optional<Instant> time_of(const boost::json::object& body, std::string_view name) {
    const auto* member = body.if_contains(name);
    return member && member->is_string() ? parse_instant(member->get_string()) : std::nullopt;
}

// A plan of its own for each body: after an answer that was no success the key is free for another.
Caller with_body_in_key(Caller caller) {
    if (caller.repeatable) {
        const auto body = sha256(caller.repeatable->body);
        caller.repeatable->place += " plan";
        caller.repeatable->key.append(reinterpret_cast<const char*>(body.data()), body.size());
    }
    return caller;
}

} // namespace

void check_calendar_event(const boost::json::object& body, std::vector<Fault>& faults) {
    const auto starts = time_of(body, "starts_at"), ends = time_of(body, "ends_at");
    if (!starts || !ends)
        return;
    if (*ends <= *starts)
        faults.push_back({"/ends_at", "must be after starts_at"});
    else if (*ends - *starts > longest_event)
        faults.push_back({"/ends_at", "must be at most 24 hours after starts_at"});
}

EventQuery CalendarEvents::query_of(const EventSpan& span, const PageRequest& page) const {
    // The further pages are of the first one's span, which may have been told by the clock.
    if (const auto after = page.after<Instant, Instant, std::string>()) {
        const auto& [from, to, token] = *after;
        return {from, to, page.limit, token};
    }
    const Instant from = span.from.value_or(parts_.clock.now());
    const Instant to = span.to.value_or(std::min<Instant>(from + usual_span, last_moment));
    if (to <= from)
        throw ApiError({Fault{span.to ? "to" : "from", span.to ? "must be after from" : "is too late"}});
    if (to - from > longest_span)
        throw ApiError({Fault{"to", "must be at most 92 days after from"}});
    return {from, std::min(to, last_moment), page.limit, {}};
}

Task<Page<CalendarEvent>> CalendarEvents::list(Caller caller, EventSpan span, PageRequest page) {
    const EventQuery query = query_of(span, page);
    const OAuthProvider& provider = parts_.providers.configured(google);
    Access access = co_await parts_.access.open(caller, google);
    auto request = google_calendar::list_request(provider.api_url, query);
    auto called = co_await call(caller, std::move(access), std::move(request));
    // All else that was asked for is this program's, so Google means the token of the page, which has aged.
    if (called.answer.status == 400 && !query.page_token.empty())
        throw ApiError({Fault{"cursor", "is too old"}});
    if (called.answer.status != 200)
        co_await refuse(caller, called);
    auto found = google_calendar::read_page(called.answer.body, query, called.access.time_zone);
    if (!found) {
        const ApiError failure = unreadable_answer(what);
        co_await parts_.access.note_failure(called.access, failure);
        throw failure;
    }
    co_await parts_.access.note_success(called.access);
    Page<CalendarEvent> answer{std::move(found->events), {}};
    if (!found->next_page_token.empty())
        answer.next = boost::json::array{to_json(query.from), to_json(query.to), found->next_page_token};
    co_return answer;
}

Task<CalendarEvents::Plan> CalendarEvents::plan(Caller caller) {
    const Caller planning = with_body_in_key(caller);
    const std::string who = caller.identity();
    const auto make = [] { return PlannedEvent{google_calendar::make_event_id()}; };
    co_return co_await parts_.database.write([&](Writer& db) {
        if (!connections_store::find(db, caller.user, google))
            throw not_connected(parts_.providers.of(google));
        Plan plan;
        plan.kept = parts_.idempotency.answered<CalendarEvent>(db, caller, who);
        if (!plan.kept)
            plan.event_id = parts_.idempotency.once<PlannedEvent>(db, planning, who, make).event_id;
        return plan;
    });
}

Task<CalendarEvent> CalendarEvents::create(Caller caller, CalendarEventCreate wanted) {
    const OAuthProvider& provider = parts_.providers.configured(google);
    Plan planned = co_await plan(caller);
    if (planned.kept)
        co_return *std::move(planned.kept);
    Access access = co_await parts_.access.open(caller, google);
    auto insert = google_calendar::insert_request(provider.api_url, wanted, planned.event_id);
    auto called = co_await call(caller, std::move(access), std::move(insert));
    if (called.answer.status == 409) { // an earlier try has written it
        auto get = google_calendar::get_request(provider.api_url, planned.event_id);
        called = co_await call(caller, called.access, std::move(get));
    }
    if (called.answer.status != 200)
        co_await refuse(caller, called);
    const auto event = google_calendar::read_event(called.answer.body, called.access.time_zone);
    if (!event) {
        const ApiError failure = unreadable_answer(what);
        co_await parts_.access.note_failure(called.access, failure);
        throw failure;
    }
    co_await parts_.access.note_success(called.access);
    if (!caller.repeatable)
        co_return *event;
    co_return co_await parts_.database.write([&](Writer& db) {
        return parts_.idempotency.once<CalendarEvent>(db, caller, caller.identity(), [&] { return *event; });
    });
}

Task<ConnectionAccess::Called> CalendarEvents::call(Caller caller, Access access,
                                                    OutboundRequest request) const {
    request.connect_timeout = std::min(request.connect_timeout, parts_.timeout);
    request.silence_timeout = parts_.timeout;
    request.total_timeout = parts_.timeout;
    co_return co_await parts_.access.call(std::move(caller), std::move(access), std::move(request));
}

Task<void> CalendarEvents::refuse(Caller caller, ConnectionAccess::Called called) const {
    const auto refusal = google_calendar::refusal_of(called.answer);
    if (refusal == google_calendar::Refusal::lacks_right) {
        ConnectionAccess::Ending ending{ConnectionStatus::needs_reauth,
                                        "The consent does not include the events of the calendar."};
        co_await parts_.access.end(std::move(caller), called.access, std::move(ending));
        throw consent_has_ended();
    }
    ApiError failure = unexpected_answer(called.answer, what);
    if (refusal == google_calendar::Refusal::rate_limit)
        failure = provider_unavailable(called.answer);
    co_await parts_.access.note_failure(called.access, failure);
    throw failure;
}

} // namespace xentree
