#include "base/worker_pool.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <future>

namespace xentree {
namespace {

// The I/O thread of the callers is the test's own.
class WorkerPools : public testing::Test {
  protected:
    template<class T>
    std::future<T> begin(Task<T> task) {
        auto future = asio::co_spawn(io_, std::move(task), asio::use_future);
        io_.restart();
        io_.poll();
        return future;
    }
    void finish() {
        io_.restart();
        io_.run();
    }

  private:
    asio::io_context io_;
};

std::optional<ErrorCode> refusal(std::future<int>& call) {
    try {
        call.get();
        return std::nullopt;
    } catch (const ApiError& error) {
        return error.code;
    }
}

TEST_F(WorkerPools, work_runs_off_the_callers_thread_and_comes_back_to_it) {
    WorkerPool pool(1, 4);
    std::thread::id worked, went_on;
    auto call = begin([](WorkerPool& pool, std::thread::id& worked, std::thread::id& went_on) -> Task<int> {
        worked = co_await pool.run([] { return std::this_thread::get_id(); });
        went_on = std::this_thread::get_id();
        co_return 1;
    }(pool, worked, went_on));
    finish();
    EXPECT_EQ(call.get(), 1);
    EXPECT_NE(worked, std::this_thread::get_id());
    EXPECT_EQ(went_on, std::this_thread::get_id());
}

TEST_F(WorkerPools, one_call_past_the_bound_is_refused_at_once_and_told_when_to_come_again) {
    WorkerPool pool(1, 2);
    std::promise<void> go;
    const std::shared_future<void> gone = go.get_future();
    const auto wait = [gone] {
        gone.wait();
        return 1;
    };
    auto working = begin(pool.run(wait));
    auto waiting = begin(pool.run(wait));
    auto refused = begin(pool.run(wait));
    ASSERT_EQ(refused.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    try {
        refused.get();
        ADD_FAILURE() << "it was taken";
    } catch (const ApiError& error) {
        EXPECT_EQ(error.code, ErrorCode::unavailable);
        EXPECT_TRUE(error.retry_after);
    }
    go.set_value();
    finish();
    EXPECT_EQ(working.get(), 1);
    EXPECT_EQ(waiting.get(), 1);
}

TEST_F(WorkerPools, a_call_that_has_ended_or_was_refused_takes_no_place) {
    WorkerPool pool(1, 1);
    for (int i = 0; i < 10; ++i) {
        std::promise<void> go;
        const std::shared_future<void> gone = go.get_future();
        auto working = begin(pool.run([gone] {
            gone.wait();
            return 1;
        }));
        auto refused = begin(pool.run([] { return 2; }));
        go.set_value();
        finish();
        EXPECT_EQ(working.get(), 1);
        EXPECT_EQ(refusal(refused), ErrorCode::unavailable);
    }
}

TEST_F(WorkerPools, what_the_work_throws_is_the_callers_and_its_place_is_free_again) {
    WorkerPool pool(1, 1);
    const auto fail = []() -> int { throw ApiError(ErrorCode::conflict); };
    for (int i = 0; i < 3; ++i) {
        auto call = begin(pool.run(fail));
        finish();
        EXPECT_EQ(refusal(call), ErrorCode::conflict);
    }
}

TEST_F(WorkerPools, its_end_waits_for_what_was_begun) {
    WorkerPool pool(2, 8);
    std::atomic<int> done = 0;
    std::vector<std::future<int>> calls;
    for (int i = 0; i < 8; ++i)
        calls.push_back(begin(pool.run([&done] { return ++done; })));
    pool.finish();
    EXPECT_EQ(done, 8);
    finish();
    for (auto& call : calls)
        EXPECT_GT(call.get(), 0);
}

TEST_F(WorkerPools, a_cancelled_caller_waits_for_its_work) {
    using namespace asio::experimental::awaitable_operators;
    WorkerPool pool(1, 2);
    std::promise<void> go;
    std::atomic<bool> has_worked = false;
    auto call =
        begin([](WorkerPool& pool, std::future<void> gone, std::atomic<bool>& has_worked) -> Task<int> {
            const auto work = [&] {
                gone.wait();
                has_worked = true;
                return 1;
            };
            const auto hang_up = []() -> Task<int> { co_return 2; };
            const auto first = co_await (pool.run(work) || hang_up());
            co_return static_cast<int>(first.index());
        }(pool, go.get_future(), has_worked));
    go.set_value();
    finish();
    EXPECT_EQ(call.get(), 1);
    EXPECT_TRUE(has_worked);
}

TEST_F(WorkerPools, a_thread_that_may_block_gets_its_result_and_its_exception) {
    WorkerPool pool(1, 1);
    EXPECT_NE(pool.run_now([] { return std::this_thread::get_id(); }), std::this_thread::get_id());
    EXPECT_THROW(pool.run_now([] { throw std::runtime_error("failed"); }), std::runtime_error);
    EXPECT_EQ(pool.run_now([] { return 2; }), 2);
}

TEST_F(WorkerPools, the_bound_holds_for_those_that_block_too) {
    WorkerPool pool(1, 1);
    std::promise<void> begun, go;
    auto first = std::async(std::launch::async, [&] {
        return pool.run_now([&] {
            begun.set_value();
            go.get_future().wait();
            return 1;
        });
    });
    begun.get_future().wait();
    auto second = std::async(std::launch::deferred, [&] { return pool.run_now([] { return 2; }); });
    EXPECT_EQ(refusal(second), ErrorCode::unavailable);
    go.set_value();
    EXPECT_EQ(first.get(), 1);
}

TEST_F(WorkerPools, threads_of_low_priority_give_way_and_the_others_do_not) {
    const auto niceness = [] { return ::getpriority(PRIO_PROCESS, 0); };
    const int ours = niceness();
    WorkerPool usual(1, 1);
    WorkerPool low(1, 1, WorkerPool::Priority::low);
    EXPECT_EQ(usual.run_now(niceness), ours);
    const int theirs = low.run_now(niceness);
    EXPECT_EQ(theirs, std::min(ours + 10, 19));
    EXPECT_EQ(low.run_now(niceness), theirs);
    EXPECT_EQ(niceness(), ours);
}

} // namespace
} // namespace xentree
