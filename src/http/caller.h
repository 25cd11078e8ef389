#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>

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

// An authenticated user. Handlers of all operations that are not public take one, so none can run without.
struct Caller : Visitor {
    UserId user;
    SessionId session;
    PlatformRole role = PlatformRole::user;
    Plan plan = Plan::free;
};

} // namespace xentree
