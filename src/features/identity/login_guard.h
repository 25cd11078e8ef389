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

    // One try. Strangers' tries under way count like failures, or many at once would get past the limit; a
    // known address is believed until it has failed.
    class Try {
      public:
        Try(Try&& other) noexcept;
        Try& operator=(Try&&) = delete;
        ~Try();
        // The password was wrong. Without this call the try leaves no trace.
        void fail();

      private:
        friend class LoginGuard;
        Try(LoginGuard& guard, std::string key, bool is_counted) :
            guard_(&guard), key_(std::move(key)), is_counted_(is_counted) {}
        LoginGuard* guard_; // null: moved from
        std::string key_;
        bool is_counted_;
        bool has_failed_ = false;
    };
    // `account` is what the login names, whether or not there is such an account. Throws
    // ApiError(rate_limited).
    Try begin(std::string_view account, std::string_view address, bool knows_address);

  private:
    RateLimit limit_;
    const Clock& clock_;
    RateLimiter limiter_;
};

} // namespace xentree
