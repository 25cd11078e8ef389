#include "http/load_guard.h"

#include <boost/asio/post.hpp>

namespace xentree {

bool LoadGuard::refuses(Time now) {
    if (longest_wait_ == std::chrono::milliseconds::zero())
        return false;
    ++requests_since_mark_;
    if (!has_mark_)
        put_mark(now);
    const bool is_recent = too_long_since_ != Time::max() && now - last_note_ < interval;
    return is_recent && now - too_long_since_ >= interval;
}

void LoadGuard::note(Time now, Duration waited, int requests) {
    const bool was_quiet = too_long_since_ == Time::max() || now - last_note_ >= interval;
    last_note_ = now;
    if (waited <= longest_wait_ || requests < least_requests)
        too_long_since_ = Time::max();
    else if (was_quiet)
        too_long_since_ = now;
}

void LoadGuard::put_mark(Time now) {
    has_mark_ = true;
    requests_since_mark_ = 0;
    asio::post(executor_, [this, now] {
        has_mark_ = false;
        const Time then = std::chrono::steady_clock::now();
        note(then, then - now, requests_since_mark_);
    });
}

} // namespace xentree
