#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <type_traits>

#include "base/error.h"
#include "base/task.h"

namespace xentree {

// Threads for work that would hold up an I/O thread. At most `limit` calls are under way or wait; one more is
// refused with ApiError(unavailable). It ends in two steps: finish() before the event loops of its callers are gone,
// the destructor after them.
class WorkerPool {
  public:
    WorkerPool(std::size_t threads, std::size_t limit) : pool_(threads), limit_(limit) {}

    // Waits for what was begun; nothing may be run after it.
    void finish() { pool_.join(); }

    // Runs f() on a thread of the pool; the caller goes on on its own. Any thread.
    template<class F>
    Task<std::invoke_result_t<F&>> run(F f) {
        struct Place {
            std::atomic<std::size_t>& taken;
            ~Place() { taken.fetch_sub(1, std::memory_order_relaxed); }
        };
        const std::size_t before = taken_.fetch_add(1, std::memory_order_relaxed);
        const Place place{taken_};
        if (before >= limit_)
            throw ApiError::retry_later(ErrorCode::unavailable, std::chrono::seconds(1),
                                        "The server is busy.");
        auto call = [&f]() -> Task<std::invoke_result_t<F&>> { co_return f(); };
        co_return co_await asio::co_spawn(pool_, call, asio::use_awaitable);
    }

  private:
    asio::thread_pool pool_;
    std::size_t limit_;
    std::atomic<std::size_t> taken_{0};
};

} // namespace xentree
