#pragma once
#include <string>
#include <string_view>

#include "http/rate_limits.h"

namespace xentree {

// Limits failed tries at an account's password. All strangers' addresses share one count for an account, so
// that many of them together get no more tries than one; an address that the account has been used from has a
// count of its own, so that strangers cannot lock its owner out. Counts are of this node alone. Any thread.
class LoginGuard {
  public:
    LoginGuard(std::int64_t failures_a_minute, const Clock& clock) :
        limit_{"login-account", failures_a_minute}, clock_(clock) {}

    // One try; it counts as failed unless succeed() follows. Throws ApiError(rate_limited).
    class Try {
      public:
        void succeed() { guard_.limiter_.give_back(guard_.limit_, key_, guard_.clock_.now()); }

      private:
        friend class LoginGuard;
        Try(LoginGuard& guard, std::string key) : guard_(guard), key_(std::move(key)) {}
        LoginGuard& guard_;
        std::string key_;
    };
    // `account` is what the login names, whether or not there is such an account.
    Try begin(std::string_view account, std::string_view address, bool knows_address);

  private:
    RateLimit limit_;
    const Clock& clock_;
    RateLimiter limiter_;
};

} // namespace xentree
