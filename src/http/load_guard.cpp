#include "http/load_guard.h"

#include <boost/asio/post.hpp>

namespace xentree {

bool LoadGuard::refuses(Time now) {
    if (longest_wait_ == std::chrono::milliseconds::zero())
        return false;
    if (!mark_)
        put_mark(now);
    ++requests_since_mark_;
    return now < alert_until_ && requests_since_mark_ >= least_requests && now - *mark_ > longest_wait_;
}

void LoadGuard::put_mark(Time now) {
    begin_mark(now);
    asio::post(executor_, [this] { end_mark(std::chrono::steady_clock::now()); });
}

void LoadGuard::begin_mark(Time now) {
    mark_ = now;
    requests_since_mark_ = 0;
}

void LoadGuard::end_mark(Time now) {
    const bool was_too_long = now - *mark_ > longest_wait_ && requests_since_mark_ >= least_requests;
    const bool is_first = too_long_since_ == Time::max() || now - last_mark_ >= interval;
    mark_.reset();
    last_mark_ = now;
    if (!was_too_long)
        too_long_since_ = Time::max();
    else if (is_first)
        too_long_since_ = now;
    if (was_too_long && (now < alert_until_ || now - too_long_since_ >= interval))
        alert_until_ = now + alertness;
}

} // namespace xentree
