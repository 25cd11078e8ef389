#pragma once
#include <boost/describe.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "security/rsa_key.h"

namespace xentree {

BOOST_DEFINE_ENUM_CLASS(IntegrationMode, api, embed)

// The rights that an integration token can have, in the order of IntegrationGrantScope in the contract.
inline constexpr std::array<std::string_view, 7> integration_scopes = {
    "profile:read", "quota:read", "chat:write", "knowledge:read", "live:write", "xel:read", "xel:write"};

// IntegrationTokenClaims of the contract, by the names that they have in the token. The claims `aud` and
// `nbf` repeat `origin` and `iat`, so they are no members.
struct IntegrationClaims {
    std::string iss; // 1 to 300 characters
    std::string sub; // 1 to 200 characters
    UserId user_id;
    std::optional<ApiKeyId> key_id;
    OrganizationId tenant_id;
    IntegrationMode mode = IntegrationMode::api;
    std::string origin;              // of the contract's form, 9 to 300 characters
    std::vector<std::string> scopes; // 1 to 20 of integration_scopes, none twice
    IntegrationTokenId jti;
    Instant iat; // whole seconds
    Instant exp; // whole seconds, after iat
};

BOOST_DESCRIBE_STRUCT(IntegrationClaims, (),
                      (iss, sub, user_id, key_id, tenant_id, mode, origin, scopes, jti, iat, exp))

// A token that has the form of one; whether somebody of ours signed it is not known yet.
struct ReadToken {
    std::string kid; // 1 to 64 characters of [A-Za-z0-9_.-]
    IntegrationClaims claims;
    std::string signing_input;
    std::string signature; // decoded
};

// Integration tokens are JWTs (RFC 7519) of type xentree-integration+jwt, signed RS256 and by no other
// algorithm. The same claims and key give the same token. For a thread that may sign (RsaKey::sign).
std::string sign_integration_token(const IntegrationClaims& claims, std::string_view kid, const RsaKey& key);

// Whether the text says of itself that it is an integration token; a cheap look, by which it is told from an
// access token. Nothing else of it need be right.
bool is_integration_token_form(std::string_view text);

// Reads the form and nothing else: three parts of base64url, at most 8192 characters, a header of `alg`
// RS256, `typ` and `kid` and of no other member, all claims in their bounds and no other.
std::optional<ReadToken> read_integration_token(std::string_view text);

// Whether the key's owner signed it. About 30 microseconds. Any thread.
bool verify_integration_token(const ReadToken& token, const RsaPublicKey& key);

} // namespace xentree
