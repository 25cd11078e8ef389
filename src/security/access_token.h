#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"
#include "security/master_key.h"

namespace xentree {

struct AccessTokenKey {
    std::string id;
    SecretKey secret;
};

struct AccessClaims {
    UserId user;
    SessionId session;
    Instant issued;  // whole seconds
    Instant expires; // whole seconds
};

// Access tokens are JWTs (RFC 7519) of type at+jwt, signed with HMAC-SHA-256 and no other algorithm. They are
// made and read by this server only.
std::string sign_access_token(const AccessClaims& claims, const AccessTokenKey& key);

// The id of the key that the token says it was signed with; nothing where it is no token of this form.
std::optional<std::string> access_token_key_id(std::string_view token);

// The claims where the signature holds, expired or not.
std::optional<AccessClaims> verify_access_token(std::string_view token, const AccessTokenKey& key);

} // namespace xentree
