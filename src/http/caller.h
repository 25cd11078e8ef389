#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"

namespace xentree {

BOOST_DEFINE_ENUM_CLASS(PlatformRole, user, admin)
BOOST_DEFINE_ENUM_CLASS(Plan, free, pro, enterprise)

// What a request with an Idempotency-Key is known by; see features/idempotency.
struct RepeatableRequest {
    std::string key;
    std::string place; // method and path
    std::string body;  // as it came
};

// Who stands at the door: all that is known of a request before, or without, a login. Handlers of public
// operations take one.
struct Visitor {
    RequestId request;
    std::string address;    // of the client, textual; see client_address.h
    std::string user_agent; // as sent, empty without one
    std::optional<RepeatableRequest> repeatable;
    std::string origin = {}; // the Origin header as sent, empty without one
};

// The API key that a request came with: it acts for its maker, inside one organization.
struct KeyGrant {
    ApiKeyId id;
    OrganizationId organization;
    std::vector<std::string> scopes;

    // `api:admin` includes all others; a :write scope does not include its :read scope.
    bool includes(std::string_view scope) const;
};

// The integration token that a request came with: like a key, inside one organization.
struct TokenGrant {
    IntegrationTokenId id;
    OrganizationId organization;
    std::vector<std::string> scopes; // of IntegrationGrantScope
};

// An authenticated user. Handlers of all operations that are not public take one, so none can run without.
struct Caller : Visitor {
    UserId user;
    SessionId session; // of an access token; none behind a key or an integration token
    PlatformRole role = PlatformRole::user;
    Plan plan = Plan::free;
    std::optional<KeyGrant> key;
    std::optional<TokenGrant> token;

    // What sets callers apart: the user of a session, the key or the integration token.
    std::string identity() const;
    // The one organization that the credential is confined to: any other is absent to it. Nothing of a
    // session.
    std::optional<OrganizationId> bound_to() const;
};

// The refusal of a caller whose account or credential ended after it was let in.
ErrorCode credential_ended(const Caller& caller);

// For a scope that depends on the body; the operation's own is checked before its handler. Throws
// ApiError(insufficient_api_key_scope).
void require_scope(const Caller& caller, std::string_view scope);

} // namespace xentree
