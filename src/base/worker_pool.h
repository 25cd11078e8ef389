#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <exception>
#include <optional>
#include <type_traits>
#include <variant>

#include "base/error.h"
#include "base/task.h"

namespace xentree {

// Threads for work that would hold up an I/O thread. At most `limit` calls are under way or wait; one more is
// refused with ApiError(unavailable). It ends in two steps: finish() before the event loops of its callers
// are gone, the destructor after them.
class WorkerPool {
  public:
    WorkerPool(std::size_t threads, std::size_t limit) : pool_(threads), limit_(limit) {}

    // Waits for what was begun; nothing may be run after it.
    void finish() { pool_.join(); }

    // Runs f() on a thread of the pool; the caller goes on on its own. A cancelled caller waits for the end
    // of it all the same, since f may refer to what is the caller's. Any thread.
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
        using Result = std::invoke_result_t<F&>;
        std::optional<std::conditional_t<std::is_void_v<Result>, std::monostate, Result>> result;
        std::exception_ptr failure;
        auto work = [&] {
            try {
                if constexpr (std::is_void_v<Result>)
                    f();
                else
                    result.emplace(f());
            } catch (...) {
                failure = std::current_exception();
            }
        };
        co_await post(work);
        if (failure)
            std::rethrow_exception(failure);
        if constexpr (!std::is_void_v<Result>)
            co_return std::move(*result);
    }

  private:
    // The caller's cancellation is not passed on: it would reach into the pool from another thread.
    template<class Work>
    Task<void> post(Work& work) {
        return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
            [this, &work](auto handler) {
                auto home = asio::make_work_guard(handler);
                asio::post(pool_, [&work, home = std::move(home), handler = std::move(handler)]() mutable {
                    work();
                    auto executor = home.get_executor();
                    asio::post(executor, std::move(handler));
                });
            },
            asio::use_awaitable);
    }

    asio::thread_pool pool_;
    std::size_t limit_;
    std::atomic<std::size_t> taken_{0};
};

} // namespace xentree
