#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "http/presence.h"

// What the operations of the Skills Connector send and take (contract/skills_connector.yaml).
namespace xentree {

BOOST_DEFINE_ENUM_CLASS(ConnectorProvider, google_calendar)
BOOST_DEFINE_ENUM_CLASS(ConnectionStatus, connected, needs_reauth, revoked)

struct IntegrationOut {
    ConnectionId id;
    ConnectorProvider provider = ConnectorProvider::google_calendar;
    ConnectionStatus status = ConnectionStatus::connected;
    std::optional<std::string> account_email;
    std::vector<std::string> scopes;
    Instant connected_at;
    std::optional<Instant> last_synced_at;
    std::optional<std::string> last_error;
};
BOOST_DESCRIBE_STRUCT(IntegrationOut, (),
                      (id, provider, status, account_email, scopes, connected_at, last_synced_at, last_error))

struct FlowStart {
    Omittable<std::string> redirect_uri;
};
BOOST_DESCRIBE_STRUCT(FlowStart, (), (redirect_uri))

struct IntegrationOAuthStartResponse {
    std::string authorization_url;
    std::string state;
    Instant expires_at;
};
BOOST_DESCRIBE_STRUCT(IntegrationOAuthStartResponse, (), (authorization_url, state, expires_at))

struct FlowEnd {
    std::string state;
    Omittable<std::string> code;
    Omittable<std::string> error;
};
BOOST_DESCRIBE_STRUCT(FlowEnd, (), (state, code, error))

struct FlowCookie {
    Omittable<std::string> xntr_oauth;
};
BOOST_DESCRIBE_STRUCT(FlowCookie, (), (xntr_oauth))

struct EventSpan {
    Omittable<Instant> from;
    Omittable<Instant> to;
};
BOOST_DESCRIBE_STRUCT(EventSpan, (), (from, to))

struct CalendarEvent {
    std::string id;
    std::string title;
    std::optional<std::string> description;
    Instant starts_at;
    Instant ends_at;
    std::optional<std::string> html_link;
};
BOOST_DESCRIBE_STRUCT(CalendarEvent, (), (id, title, description, starts_at, ends_at, html_link))

struct CalendarEventCreate {
    std::string title;
    Omittable<std::optional<std::string>> description;
    Instant starts_at;
    Instant ends_at;
};
BOOST_DESCRIBE_STRUCT(CalendarEventCreate, (), (title, description, starts_at, ends_at))

} // namespace xentree
