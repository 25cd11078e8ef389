#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <exception>
#include <future>
#include <optional>
#include <type_traits>
#include <variant>

#include "base/error.h"
#include "base/give_way.h"
#include "base/task.h"

namespace xentree {

// Threads for work that would hold up an I/O thread. At most `limit` calls are under way or wait; one more is
// refused with ApiError(unavailable). It ends in two steps: finish() before the event loops of its callers
// are gone, the destructor after them.
class WorkerPool {
  public:
    enum class Priority { usual, low }; // low: see give_way()

    WorkerPool(std::size_t threads, std::size_t limit, Priority priority = Priority::usual) :
        pool_(threads), limit_(limit), priority_(priority) {}

    // Waits for what was begun; nothing may be run after it.
    void finish() { pool_.join(); }

    // Runs f() on a thread of the pool; the caller goes on on its own. A cancelled caller waits for the end
    // of it all the same, since f may refer to what is the caller's. Any thread.
    template<class F>
    Task<std::invoke_result_t<F&>> run(F f) {
        const Place place(*this);
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

    // The same for a thread that may block.
    template<class F>
    std::invoke_result_t<F&> run_now(F f) {
        const Place place(*this);
        std::packaged_task<std::invoke_result_t<F&>()> work(std::move(f));
        auto result = work.get_future();
        asio::post(pool_, [this, &work] {
            begin();
            work();
        });
        return result.get();
    }

  private:
    struct Place {
        explicit Place(WorkerPool& pool) : taken(pool.taken_) {
            if (taken.fetch_add(1, std::memory_order_relaxed) < pool.limit_)
                return;
            taken.fetch_sub(1, std::memory_order_relaxed);
            throw ApiError::retry_later(ErrorCode::unavailable, std::chrono::seconds(1),
                                        "The server is busy.");
        }
        ~Place() { taken.fetch_sub(1, std::memory_order_relaxed); }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        std::atomic<std::size_t>& taken;
    };

    // On a thread of the pool, before its work.
    void begin() const {
        if (priority_ == Priority::low)
            give_way();
    }

    // The caller's cancellation is not passed on: it would reach into the pool from another thread.
    template<class Work>
    Task<void> post(Work& work) {
        return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
            [this, &work](auto handler) {
                auto home = asio::make_work_guard(handler);
                asio::post(pool_,
                           [this, &work, home = std::move(home), handler = std::move(handler)]() mutable {
                               begin();
                               work();
                               auto executor = home.get_executor();
                               asio::post(executor, std::move(handler));
                           });
            },
            asio::use_awaitable);
    }

    asio::thread_pool pool_;
    std::size_t limit_;
    Priority priority_;
    std::atomic<std::size_t> taken_{0};
};

} // namespace xentree
