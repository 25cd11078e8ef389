#include "features/connectors/operations.h"

namespace xentree {

namespace {

template<class T>
std::optional<T> optional(const Omittable<T>& member) {
    return member ? std::optional(*member) : std::nullopt;
}

void answer_google_calendar(Api& api, ConsentFlows& flows, CalendarEvents& events) {
    constexpr auto google = ConnectorProvider::google_calendar;
    using Response = IntegrationOAuthStartResponse;
    api.on("start_google_calendar_flow",
           [&](Caller caller, Query<FlowStart> query) -> Task<WithHeaders<Response>> {
               auto started = co_await flows.start(std::move(caller), google, optional(query->redirect_uri));
               WithHeaders<Response> answer{std::move(started.response),
                                            {{"Set-Cookie", std::move(started.cookie)}}};
               co_return answer;
           });
    api.on("finish_google_calendar_flow",
           [&](Visitor visitor, Query<FlowEnd> query, Cookies<FlowCookie> cookies) -> Task<Redirect> {
               ConsentFlows::Returned returned{google, std::move(query.value), optional(cookies->xntr_oauth)};
               Redirect redirect;
               redirect.location = co_await flows.finish(std::move(visitor), std::move(returned));
               co_return redirect;
           });
    api.on("list_google_calendar_events",
           [&](Caller caller, Query<EventSpan> span, PageRequest page) -> Task<Page<CalendarEvent>> {
               co_return co_await events.list(std::move(caller), span.value, std::move(page));
           });
    api.on(
        "create_google_calendar_event",
        [&](Caller caller, Body<CalendarEventCreate> body) -> Task<Created<CalendarEvent>> {
            co_return co_await events.create(std::move(caller), *std::move(body));
        },
        check_calendar_event);
}

} // namespace

void answer_connectors(Api& api, Connections& connections, ConsentFlows& flows, CalendarEvents& events) {
    answer_google_calendar(api, flows, events);
    api.on("list_integrations", [&](Caller caller, PageRequest page) -> Task<Page<IntegrationOut>> {
        co_return co_await connections.list(std::move(caller), std::move(page));
    });
    api.on("delete_integration", [&](Caller caller, Path<ConnectionId> id) -> Task<NoContent> {
        co_await connections.remove(std::move(caller), *id);
        co_return NoContent{};
    });
}

} // namespace xentree
