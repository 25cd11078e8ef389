#include "features/identity/login_guard.h"

#include <fmt/format.h>

#include "base/error.h"
#include "http/client_address.h"

namespace xentree {

LoginGuard::Try LoginGuard::begin(std::string_view account, std::string_view address, bool knows_address) {
    std::string key =
        fmt::format("{}\n{}", account, knows_address ? limited_address(std::string(address)) : "");
    if (limit_.quota > 0) {
        const RateLimitState state = limiter_.take(limit_, key, clock_.now());
        if (state.exceeded)
            throw ApiError::retry_later(ErrorCode::rate_limited, state.until_reset,
                                        "Too many attempts. Try again later.");
    }
    return Try(*this, std::move(key));
}

} // namespace xentree
