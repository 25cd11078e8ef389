#include "http/load_guard.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <thread>

namespace xentree {
namespace {

using std::chrono::milliseconds;

class Guarding : public testing::Test {
  protected:
    // Marks that come up after so long, each half the interval after the one before; requests begin
    // meanwhile.
    void wait(std::initializer_list<int> waits, int requests = LoadGuard::least_requests) {
        for (const int wait : waits) {
            guard.begin_mark(now);
            for (int i = 0; i < requests; ++i)
                guard.refuses(now);
            guard.end_mark(now + milliseconds(wait));
            now += LoadGuard::interval / 2;
        }
    }
    // Whether a request is refused while a mark has waited so long.
    bool refuses_after(int waited, int requests = LoadGuard::least_requests) {
        guard.begin_mark(now);
        bool refused = false;
        for (int i = 0; i < requests; ++i)
            refused = guard.refuses(now + milliseconds(waited));
        guard.end_mark(now + milliseconds(waited));
        return refused;
    }

    asio::io_context io;
    LoadGuard guard{io.get_executor(), milliseconds(10)};
    LoadGuard::Time now = std::chrono::steady_clock::now();
};

TEST_F(Guarding, a_passing_queue_is_let_pass) {
    wait({40});
    EXPECT_FALSE(refuses_after(11));
    now += 2 * LoadGuard::interval;
    wait({40, 40, 5, 40, 40});
    EXPECT_FALSE(refuses_after(11));
}

TEST_F(Guarding, once_a_queue_stood_some_are_refused_while_it_is_long) {
    wait({40, 40, 40, 11});
    EXPECT_TRUE(refuses_after(11));
    EXPECT_FALSE(refuses_after(10));
    wait({1, 1});
    EXPECT_TRUE(refuses_after(11));
}

TEST_F(Guarding, after_some_seconds_of_short_queues_all_is_as_before) {
    wait({40, 40, 40, 40});
    now += LoadGuard::alertness;
    EXPECT_FALSE(refuses_after(40));
}

TEST_F(Guarding, what_was_an_interval_ago_does_not_count) {
    wait({40, 40});
    now += LoadGuard::interval;
    wait({40});
    EXPECT_FALSE(refuses_after(11));
}

TEST_F(Guarding, a_thread_that_waits_for_few_requests_is_kept_from_its_work_by_others) {
    wait({40, 40, 40, 40}, LoadGuard::least_requests - 1);
    EXPECT_FALSE(refuses_after(11));
    wait({40, 40, 40, 40});
    EXPECT_FALSE(refuses_after(11, LoadGuard::least_requests - 1));
}

TEST_F(Guarding, one_of_some_is_refused) {
    wait({40, 40, 40, 40});
    guard.begin_mark(now);
    int refused = 0;
    for (int i = 0; i < 10 * LoadGuard::least_requests; ++i)
        refused += guard.refuses(now + milliseconds(11)) ? 1 : 0;
    EXPECT_GE(refused, 9 * LoadGuard::least_requests / LoadGuard::one_of);
    EXPECT_LE(refused, 10 * LoadGuard::least_requests / LoadGuard::one_of);
}

TEST_F(Guarding, zero_refuses_nothing) {
    guard = LoadGuard(io.get_executor(), milliseconds(0));
    wait({40, 40, 40, 40});
    EXPECT_FALSE(refuses_after(40));
}

// A client's requests keep the thread longer than it has time for; each is one handler of its loop.
TEST_F(Guarding, it_measures_the_queue_of_its_thread) {
    int refused = 0;
    int left = 1000;
    std::function<void()> request = [&] {
        refused += guard.refuses(std::chrono::steady_clock::now()) ? 1 : 0;
        std::this_thread::sleep_for(milliseconds(1));
        if (--left > 0)
            asio::post(io, request);
    };
    for (int client = 0; client < 50; ++client)
        asio::post(io, request);
    io.run();
    EXPECT_GT(refused, 0);
    EXPECT_LT(refused, 1000);
}

} // namespace
} // namespace xentree
