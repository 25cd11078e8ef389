#include "features/identity/login_guard.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "http/client_address.h"

namespace xentree {

LoginGuard::Try LoginGuard::begin(std::string_view account, std::string_view address, bool knows_address) {
    std::string key =
        fmt::format("{}\n{}", account, knows_address ? limited_address(std::string(address)) : "");
    if (limit_.quota == 0)
        return Try(*this, std::move(key), false);
    const Instant now = clock_.now();
    const RateLimitState state =
        knows_address ? limiter_.look(limit_, key, now) : limiter_.take(limit_, key, now);
    if (state.exceeded)
        throw ApiError::retry_later(ErrorCode::rate_limited, state.until_reset,
                                    "Too many attempts. Try again later.");
    return Try(*this, std::move(key), !knows_address);
}

LoginGuard::Try::Try(Try&& other) noexcept :
    guard_(std::exchange(other.guard_, nullptr)), key_(std::move(other.key_)), is_counted_(other.is_counted_),
    has_failed_(other.has_failed_) {}

void LoginGuard::Try::fail() {
    has_failed_ = true;
    if (!is_counted_ && guard_->limit_.quota > 0)
        guard_->limiter_.take(guard_->limit_, key_, guard_->clock_.now());
}

LoginGuard::Try::~Try() {
    if (guard_ && is_counted_ && !has_failed_)
        guard_->limiter_.give_back(guard_->limit_, key_, guard_->clock_.now());
}

} // namespace xentree
