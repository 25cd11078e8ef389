#pragma once
#include <boost/asio/any_io_executor.hpp>

#include <chrono>

#include "base/task.h"

namespace xentree {

// Tells when an I/O thread has more to do than it can. What is measured is how long something that is ready
// waits for its turn: a mark is put at the end of the thread's queue and timed until it comes up. A queue
// that stands for a while does no good, since the thread is busy anyway; whoever joins it only waits (after
// CoDel, RFC 8289). Used on its I/O thread only.
class LoadGuard {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::steady_clock::duration;

    static constexpr std::chrono::milliseconds interval{100}; // that a queue has to stand
    // Requests that begin while the mark waits. With fewer it is not the clients who keep the thread from its
    // work, so refusing them would not help.
    static constexpr int least_requests = 8;

    // `longest_wait` of what is ready; zero: nothing is ever refused.
    LoadGuard(asio::any_io_executor executor, std::chrono::milliseconds longest_wait) :
        executor_(std::move(executor)), longest_wait_(longest_wait) {}

    // Whether the request that begins now should be refused.
    bool refuses(Time now);

    // A mark came up after so long, with so many requests begun meanwhile.
    void note(Time now, Duration waited, int requests);

  private:
    void put_mark(Time now);

    asio::any_io_executor executor_;
    std::chrono::milliseconds longest_wait_;
    bool has_mark_ = false;
    int requests_since_mark_ = 0;
    Time last_note_ = Time::min();
    Time too_long_since_ = Time::max(); // each mark since then has waited too long
};

} // namespace xentree
