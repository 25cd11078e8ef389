#include "http/load_guard.h"

#include <sys/eventfd.h>

#include <system_error>

namespace xentree {

namespace {

constexpr std::chrono::milliseconds between_marks{1};

int make_event() {
    const int event = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (event < 0)
        throw std::system_error(errno, std::generic_category(), "eventfd");
    return event;
}

} // namespace

LoadGuard::LoadGuard(const asio::any_io_executor& executor, std::chrono::milliseconds longest_wait) :
    event_(executor, make_event()), longest_wait_(longest_wait) {}

bool LoadGuard::refuses(Time now) {
    if (longest_wait_ == std::chrono::milliseconds::zero())
        return false;
    if (!mark_ && now - last_mark_ >= between_marks)
        put_mark(now);
    ++requests_since_mark_;
    if (!mark_ || now >= alert_until_ || requests_since_mark_ < least_requests ||
        now - *mark_ <= longest_wait_)
        return false;
    return requests_since_mark_ % one_of == 0;
}

// First the wait, then the event: it is told of at its edge.
void LoadGuard::put_mark(Time now) {
    begin_mark(now);
    event_.async_wait(asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code error) {
        if (error)
            return;
        eventfd_t ignored = 0;
        ::eventfd_read(event_.native_handle(), &ignored);
        end_mark(std::chrono::steady_clock::now());
    });
    ::eventfd_write(event_.native_handle(), 1);
}

void LoadGuard::begin_mark(Time now) {
    mark_ = now;
    requests_since_mark_ = 0;
}

void LoadGuard::end_mark(Time now) {
    const Time begin = *mark_;
    const bool was_too_long = now - begin > longest_wait_ && requests_since_mark_ >= least_requests;
    const bool is_first = too_long_since_ == Time::max() || begin - last_mark_ >= interval;
    mark_.reset();
    last_mark_ = now;
    if (!was_too_long)
        too_long_since_ = Time::max();
    else if (is_first)
        too_long_since_ = begin;
    if (was_too_long && (now < alert_until_ || now - too_long_since_ >= interval))
        alert_until_ = now + alertness;
}

} // namespace xentree
