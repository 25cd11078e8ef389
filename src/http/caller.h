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
};

// The API key that a request came with: it acts for its maker, inside one organization.
struct KeyGrant {
    ApiKeyId id;
    OrganizationId organization;
    std::vector<std::string> scopes;

    // `api:admin` includes all others; a :write scope does not include its :read scope.
    bool includes(std::string_view scope) const;
};

// An authenticated user. Handlers of all operations that are not public take one, so none can run without.
struct Caller : Visitor {
    UserId user;
    SessionId session; // of a bearer token; none behind a key
    PlatformRole role = PlatformRole::user;
    Plan plan = Plan::free;
    std::optional<KeyGrant> key;

    // What sets callers apart: the user of a session, or the key.
    std::string identity() const { return key ? "key " + key->id.text() : user.text(); }
};

// The refusal of a caller whose account or credential ended after it was let in.
ErrorCode credential_ended(const Caller& caller);

// For a scope that depends on the body; the operation's own is checked before its handler. Throws
// ApiError(insufficient_api_key_scope).
void require_scope(const Caller& caller, std::string_view scope);

} // namespace xentree
