#pragma once
#include <string>

#include "base/task.h"
#include "http/caller.h"

namespace xentree {

// Tells who a credential belongs to; identity implements it.
class Authenticator {
  public:
    virtual ~Authenticator() = default;
    // The caller behind an access token. Throws ApiError(invalid_token) or ApiError(token_expired).
    virtual Task<Caller> authenticate_bearer(std::string token, Visitor visitor) = 0;
};

} // namespace xentree
