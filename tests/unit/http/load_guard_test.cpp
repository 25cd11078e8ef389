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
    // A queue that stood for so long at each tenth of a second.
    void stands(std::initializer_list<int> waits, int requests = LoadGuard::least_requests) {
        for (const int wait : waits) {
            now += milliseconds(50);
            guard.note(now, milliseconds(wait), requests);
        }
    }

    asio::io_context io;
    LoadGuard guard{io.get_executor(), milliseconds(10)};
    LoadGuard::Time now = std::chrono::steady_clock::now();
};

TEST_F(Guarding, a_passing_queue_is_let_pass) {
    stands({50, 50});
    EXPECT_FALSE(guard.refuses(now));
    stands({5, 50, 50});
    EXPECT_FALSE(guard.refuses(now));
}

TEST_F(Guarding, a_standing_queue_is_refused_until_it_is_short_once) {
    stands({50, 50, 11});
    EXPECT_TRUE(guard.refuses(now));
    stands({10});
    EXPECT_FALSE(guard.refuses(now));
}

TEST_F(Guarding, what_was_long_ago_does_not_count) {
    stands({50, 50, 50});
    now += milliseconds(100);
    EXPECT_FALSE(guard.refuses(now));
    stands({50});
    EXPECT_FALSE(guard.refuses(now));
}

TEST_F(Guarding, a_thread_that_waits_for_few_requests_is_kept_from_its_work_by_others) {
    stands({50, 50, 50, 50}, LoadGuard::least_requests - 1);
    EXPECT_FALSE(guard.refuses(now));
}

TEST_F(Guarding, zero_refuses_nothing) {
    guard = LoadGuard(io.get_executor(), milliseconds(0));
    stands({50, 50, 50});
    EXPECT_FALSE(guard.refuses(now));
}

// A client's requests keep the thread longer than it has time for; each is one handler of its loop.
TEST_F(Guarding, it_measures_the_queue_of_its_thread) {
    int refused = 0;
    int left = 300;
    std::function<void()> request = [&] {
        refused += guard.refuses(std::chrono::steady_clock::now()) ? 1 : 0;
        std::this_thread::sleep_for(milliseconds(2));
        if (--left > 0)
            asio::post(io, request);
    };
    for (int client = 0; client < 20; ++client)
        asio::post(io, request);
    io.run();
    EXPECT_GT(refused, 0);
    EXPECT_LT(refused, 300);
}

} // namespace
} // namespace xentree
