#include "http/rate_limits.h"

#include <gtest/gtest.h>

namespace xentree {
namespace {

constexpr Instant noon{Milliseconds(1'777'896'000'000)};
const RateLimit three{"three", 3};

TEST(RateLimits, so_many_are_taken_and_one_more_is_not) {
    RateLimiter limiter;
    for (std::int64_t remaining = 2; remaining >= 0; --remaining) {
        const auto state = limiter.take(three, "a", noon);
        EXPECT_FALSE(state.exceeded);
        EXPECT_EQ(state.remaining, remaining);
    }
    const auto state = limiter.take(three, "a", noon);
    EXPECT_TRUE(state.exceeded);
    EXPECT_EQ(state.remaining, 0);
}

TEST(RateLimits, the_window_begins_with_the_first_and_ends_a_minute_later) {
    RateLimiter limiter;
    EXPECT_EQ(limiter.take(three, "a", noon).until_reset, Seconds(60));
    EXPECT_EQ(limiter.take(three, "a", noon + Milliseconds(59'001)).until_reset, Seconds(1));
    EXPECT_EQ(limiter.take(three, "a", noon + Milliseconds(59'999)).until_reset, Seconds(1));
    EXPECT_TRUE(limiter.take(three, "a", noon + Milliseconds(59'999)).exceeded);
    const auto state = limiter.take(three, "a", noon + Seconds(60));
    EXPECT_FALSE(state.exceeded);
    EXPECT_EQ(state.remaining, 2);
    EXPECT_EQ(state.until_reset, Seconds(60));
}

TEST(RateLimits, what_was_refused_does_not_prolong_the_wait) {
    RateLimiter limiter;
    for (int i = 0; i < 100; ++i)
        limiter.take(three, "a", noon + Milliseconds(i));
    EXPECT_FALSE(limiter.take(three, "a", noon + Seconds(60)).exceeded);
}

TEST(RateLimits, keys_and_limits_count_apart) {
    RateLimiter limiter;
    const RateLimit other{"other", 3};
    for (int i = 0; i < 4; ++i)
        limiter.take(three, "a", noon);
    EXPECT_TRUE(limiter.take(three, "a", noon).exceeded);
    EXPECT_FALSE(limiter.take(three, "b", noon).exceeded);
    EXPECT_FALSE(limiter.take(other, "a", noon).exceeded);
}

TEST(RateLimits, one_given_back_can_be_taken_again_and_no_more_than_were_taken) {
    RateLimiter limiter;
    limiter.give_back(three, "a", noon); // nothing was taken
    for (int i = 0; i < 3; ++i)
        limiter.take(three, "a", noon);
    limiter.give_back(three, "a", noon);
    EXPECT_FALSE(limiter.take(three, "a", noon).exceeded);
    EXPECT_TRUE(limiter.take(three, "a", noon).exceeded);
    for (int i = 0; i < 10; ++i)
        limiter.give_back(three, "a", noon);
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(limiter.take(three, "a", noon).exceeded);
    EXPECT_TRUE(limiter.take(three, "a", noon).exceeded);
}

TEST(RateLimits, what_is_given_back_after_its_window_changes_nothing) {
    RateLimiter limiter;
    limiter.take(three, "a", noon);
    limiter.give_back(three, "a", noon + Seconds(60));
    EXPECT_EQ(limiter.take(three, "a", noon + Seconds(60)).remaining, 2);
}

TEST(RateLimits, a_clock_set_back_locks_nobody_out) {
    RateLimiter limiter;
    for (int i = 0; i < 4; ++i)
        limiter.take(three, "a", noon);
    const auto state = limiter.take(three, "a", noon - std::chrono::hours(1));
    EXPECT_FALSE(state.exceeded);
    EXPECT_LE(state.until_reset, Seconds(60));
}

TEST(RateLimits, threads_together_get_no_more_than_the_quota) {
    RateLimiter limiter;
    const RateLimit hundred{"hundred", 100};
    std::atomic<int> taken = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 100; ++j)
                taken += !limiter.take(hundred, "a", noon).exceeded;
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(taken, 100);
}

// A flood of new keys must cost what any other request costs.
TEST(RateLimits, past_two_million_keys_the_first_are_forgotten_without_delay) {
    constexpr int million = 16 * 65'536, flood = 2 * million + million / 8;
    const auto now = [] { return std::chrono::steady_clock::now(); };
    RateLimiter limiter;
    const RateLimit one{"one", 1};
    const auto begin = now();
    for (int i = 0; i < million / 2; ++i)
        limiter.take(one, std::to_string(i), noon);
    const auto deadline = now() + (now() - begin) * 30;
    for (int i = million / 2; i < flood; ++i) {
        limiter.take(one, std::to_string(i), noon);
        ASSERT_LT(now(), deadline) << "with " << i << " keys";
    }
    for (int i = 0; i < 100; ++i) {
        EXPECT_FALSE(limiter.take(one, std::to_string(i), noon).exceeded);
        EXPECT_TRUE(limiter.take(one, std::to_string(flood - 1 - i), noon).exceeded);
    }
}

TEST(RateLimits, a_window_lasts_its_minute_whatever_else_is_counted_meanwhile) {
    RateLimiter limiter;
    limiter.take(three, "other", noon); // so that "a" begins late in the limiter's own minute
    const Instant begin = noon + Seconds(59);
    for (int i = 0; i < 3; ++i)
        limiter.take(three, "a", begin);
    for (int second = 0; second < 60; ++second) {
        limiter.take(three, "other", begin + Seconds(second));
        EXPECT_TRUE(limiter.take(three, "a", begin + Seconds(second)).exceeded) << second;
    }
    EXPECT_FALSE(limiter.take(three, "a", begin + Seconds(60)).exceeded);
}

TEST(RateLimitHeaders, they_are_those_of_the_draft) {
    const RateLimit address{"address", 600}, caller{"caller", 1200};
    const std::vector<RateLimitState> states{{&address, 599, Seconds(60), false},
                                             {&caller, 0, Seconds(1), true}};
    EXPECT_EQ(rate_limit_policy(states), "\"address\";q=600;w=60, \"caller\";q=1200;w=60");
    EXPECT_EQ(rate_limit_state(states), "\"address\";r=599;t=60, \"caller\";r=0;t=1");
}

} // namespace
} // namespace xentree
