#pragma once
#include <string>
#include <string_view>

#include "base/task.h"
#include "http/caller.h"

namespace xentree {

// Tells who a bearer token belongs to; features/identity implements it.
class BearerAuthenticator {
  public:
    virtual ~BearerAuthenticator() = default;
    // Throws ApiError(invalid_token) or ApiError(token_expired).
    virtual Task<Caller> authenticate_bearer(std::string token, Visitor visitor) = 0;
};

// Tells who an integration token acts for; features/integration_tokens implements it.
class IntegrationAuthenticator {
  public:
    virtual ~IntegrationAuthenticator() = default;
    // Whether a bearer token says of itself that it is an integration token: a cheap look.
    virtual bool recognizes(std::string_view token) const = 0;
    // Throws ApiError(invalid_token), ApiError(token_expired) or ApiError(wrong_origin).
    virtual Task<Caller> authenticate_integration(std::string token, Visitor visitor) = 0;
};

// Tells who an API key acts for; features/api_keys implements it.
class KeyAuthenticator {
  public:
    virtual ~KeyAuthenticator() = default;
    // Throws ApiError(invalid_api_key) or ApiError(ip_not_allowed).
    virtual Task<Caller> authenticate_key(std::string key, Visitor visitor) = 0;
    // A request of this caller passed its scope and limits too.
    virtual void note_use(const Caller& caller) = 0;
};

} // namespace xentree
