#include "ai/availability.h"

#include <gtest/gtest.h>

namespace xentree {
namespace {

class AvailabilityOfAProvider : public testing::Test {
  protected:
    SetClock clock{Instant(std::chrono::hours(24 * 365 * 50))};
    Availability availability{clock};

    void fail(int times) {
        for (int i = 0; i < times; ++i)
            availability.attempt().value().failed("It is down.");
    }
};

TEST_F(AvailabilityOfAProvider, two_failures_in_a_row_change_nothing) {
    fail(2);
    EXPECT_EQ(availability.unavailable_reason(), std::nullopt);
}

TEST_F(AvailabilityOfAProvider, three_failures_in_a_row_make_it_rest_for_30_seconds) {
    fail(3);
    EXPECT_EQ(availability.unavailable_reason(), "It is down.");
    EXPECT_FALSE(availability.attempt());
    clock.advance(Milliseconds(29'999));
    EXPECT_FALSE(availability.attempt());
    clock.advance(Milliseconds(1));
    EXPECT_EQ(availability.unavailable_reason(), std::nullopt);
    EXPECT_TRUE(availability.attempt());
}

TEST_F(AvailabilityOfAProvider, a_success_between_failures_counts_anew) {
    fail(2);
    availability.attempt().value().succeeded();
    fail(2);
    EXPECT_EQ(availability.unavailable_reason(), std::nullopt);
}

TEST_F(AvailabilityOfAProvider, only_one_call_is_let_through_as_a_trial) {
    fail(3);
    clock.advance(Seconds(30));
    auto trial = availability.attempt();
    EXPECT_TRUE(trial);
    EXPECT_EQ(availability.unavailable_reason(), "It is down.");
    EXPECT_FALSE(availability.attempt());
    trial->succeeded();
    EXPECT_EQ(availability.unavailable_reason(), std::nullopt);
    fail(2);
    EXPECT_TRUE(availability.attempt());
}

TEST_F(AvailabilityOfAProvider, a_failed_trial_makes_it_rest_again) {
    fail(3);
    clock.advance(Seconds(30));
    availability.attempt().value().failed("Still down.");
    EXPECT_EQ(availability.unavailable_reason(), "Still down.");
    clock.advance(Seconds(30));
    EXPECT_EQ(availability.unavailable_reason(), std::nullopt);
}

TEST_F(AvailabilityOfAProvider, a_trial_that_the_caller_gave_up_leaves_room_for_the_next) {
    fail(3);
    clock.advance(Seconds(30));
    availability.attempt();
    EXPECT_TRUE(availability.attempt());
}

TEST_F(AvailabilityOfAProvider, an_answer_that_begins_ends_a_trial_and_says_nothing_else) {
    fail(2);
    availability.attempt().value().began();
    fail(1);
    EXPECT_EQ(availability.unavailable_reason(), "It is down.");
    clock.advance(Seconds(30));
    auto trial = availability.attempt();
    EXPECT_EQ(availability.unavailable_reason(), "It is down.");
    trial->began();
    EXPECT_EQ(availability.unavailable_reason(), std::nullopt);
    fail(2);
    EXPECT_EQ(availability.unavailable_reason(), std::nullopt);
}

TEST_F(AvailabilityOfAProvider, an_answer_that_breaks_off_after_its_beginning_is_a_failure) {
    fail(2);
    auto attempt = availability.attempt();
    attempt->succeeded();
    attempt->failed("It broke off.");
    fail(1);
    EXPECT_EQ(availability.unavailable_reason(), std::nullopt);
    fail(1);
    EXPECT_EQ(availability.unavailable_reason(), "It is down.");
}

TEST_F(AvailabilityOfAProvider, a_clock_that_is_set_back_does_not_prolong_the_rest) {
    fail(3);
    clock.advance(-std::chrono::hours(5));
    EXPECT_EQ(availability.unavailable_reason(), std::nullopt);
}

} // namespace
} // namespace xentree
