#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <optional>

#include "base/task.h"

namespace xentree {

// Tells when an I/O thread has more to do than it can. What is measured is how long something that is ready
// waits for its turn: a mark, which is an event of the kernel's like any client's bytes, is put behind what
// is ready and timed until it comes up. A queue that stands for a while does no good, since the thread is
// busy anyway; whoever joins it only waits (after CoDel, RFC 8289). Once that was seen, and for some seconds
// after, some of those that come while a mark waits too long are refused. Used on its I/O thread only.
class LoadGuard {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::steady_clock::duration;

    static constexpr std::chrono::milliseconds interval{100}; // that a queue has to stand
    static constexpr std::chrono::seconds alertness{5};       // after it did
    // Requests that begin while the mark waits. With fewer it is not the clients who keep the thread from its
    // work, so refusing them would not help.
    static constexpr int least_requests = 32;
    // Of those that come while a mark waits too long, one of so many is refused: all of them would leave the
    // thread with too little to do, and come back at once.
    static constexpr int one_of = 4;

    // `longest_wait` of what is ready; zero: nothing is ever refused.
    // Throws std::system_error where the machine has no descriptor left.
    LoadGuard(const asio::any_io_executor& executor, std::chrono::milliseconds longest_wait);

    // Whether the request that begins now should be refused.
    bool refuses(Time now);

    // A mark was put, and came up. For tests; the guard does both by itself.
    void begin_mark(Time now);
    void end_mark(Time now);

  private:
    void put_mark(Time now);

    asio::posix::stream_descriptor event_; // an eventfd
    std::chrono::milliseconds longest_wait_;
    std::optional<Time> mark_; // since when one waits
    int requests_since_mark_ = 0;
    Time last_mark_{};                  // came up
    Time too_long_since_ = Time::max(); // each mark since then has waited too long
    Time alert_until_ = Time::min();
};

} // namespace xentree
