#include "features/identity/login_guard.h"

#include "people.h"

namespace xentree {
namespace {

class Guard : public testing::Test {
  protected:
    // Whether a try that fails is let through.
    bool fails(const std::string& account, const std::string& address, bool knows_address) {
        return !code_of([&] { guard.begin(account, address, knows_address).fail(); });
    }
    bool stranger(const std::string& account, const std::string& address) {
        return fails(account, address, false);
    }
    bool known(const std::string& account, const std::string& address) {
        return fails(account, address, true);
    }

    SetClock clock{noon};
    LoginGuard guard{3, clock};
};

TEST_F(Guard, strangers_share_one_count_whatever_their_addresses) {
    for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3"})
        EXPECT_TRUE(stranger("mira", address));
    EXPECT_FALSE(stranger("mira", "192.0.2.4"));
    EXPECT_TRUE(stranger("ola", "192.0.2.1"));
}

TEST_F(Guard, an_address_that_the_account_is_used_from_has_its_own_count) {
    for (int i = 0; i < 4; ++i)
        stranger("mira", "192.0.2.1");
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(known("mira", "203.0.113.1"));
    EXPECT_FALSE(known("mira", "203.0.113.1"));
    EXPECT_TRUE(known("mira", "203.0.113.2"));
}

TEST_F(Guard, a_try_that_does_not_fail_does_not_count) {
    for (int i = 0; i < 10; ++i)
        guard.begin("mira", "192.0.2.1", false);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(stranger("mira", "192.0.2.1"));
    EXPECT_FALSE(stranger("mira", "192.0.2.1"));
}

TEST_F(Guard, strangers_tries_at_the_same_time_cannot_be_more_than_the_limit) {
    std::vector<LoginGuard::Try> begun;
    for (int i = 0; i < 3; ++i)
        begun.push_back(guard.begin("mira", "192.0.2.1", false));
    EXPECT_FALSE(stranger("mira", "192.0.2.1"));
}

TEST_F(Guard, right_logins_at_the_same_time_from_a_known_address_are_not_limited) {
    std::vector<LoginGuard::Try> begun;
    for (int i = 0; i < 20; ++i)
        begun.push_back(guard.begin("mira", "203.0.113.1", true));
    EXPECT_TRUE(known("mira", "203.0.113.1"));
}

TEST_F(Guard, after_a_minute_there_are_tries_again_and_who_waits_is_told_how_long) {
    for (int i = 0; i < 3; ++i)
        stranger("mira", "192.0.2.1");
    clock.advance(Seconds(20));
    try {
        guard.begin("mira", "192.0.2.1", false);
        ADD_FAILURE();
    } catch (const ApiError& error) {
        EXPECT_EQ(error.code, ErrorCode::rate_limited);
        EXPECT_EQ(error.retry_after, Seconds(40));
    }
    clock.advance(Seconds(40));
    EXPECT_TRUE(stranger("mira", "192.0.2.1"));
}

TEST_F(Guard, a_limit_of_zero_is_none) {
    LoginGuard open(0, clock);
    for (int i = 0; i < 100; ++i)
        EXPECT_NO_THROW(open.begin("mira", "192.0.2.1", false));
}

class GuardedLogins : public People {
  public:
    // Fails until the tries are used up; answers how many were let through.
    int guess(const std::string& name, const std::string& address) {
        for (int tries = 0; tries < 50; ++tries) {
            if (login_error(name, "wrong", address) == ErrorCode::rate_limited)
                return tries;
        }
        return -1;
    }
};

TEST_P(GuardedLogins, who_uses_the_account_gets_in_while_strangers_are_kept_out) {
    add("mira");
    log_in("mira", password, "203.0.113.1");
    EXPECT_EQ(guess("mira", "192.0.2.1"), 10);
    EXPECT_EQ(login_error("mira", password, "192.0.2.2"), ErrorCode::rate_limited);
    EXPECT_EQ(login_error("mira", password, "203.0.113.1"), std::nullopt);
}

TEST_P(GuardedLogins, counts_do_not_tell_which_address_belongs_to_a_username) {
    add("mira");
    EXPECT_EQ(guess("mira", "192.0.2.1"), 10);
    EXPECT_EQ(guess("Mira@example.com", "192.0.2.2"), 10);
    EXPECT_EQ(guess("nobody", "192.0.2.1"), 10);
    EXPECT_EQ(guess("nobody@example.com", "192.0.2.2"), 10);
}

TEST_P(GuardedLogins, an_ipv6_address_is_known_by_its_network) {
    add("mira");
    log_in("mira", password, "2001:db8::1");
    EXPECT_EQ(guess("mira", "192.0.2.1"), 10);
    EXPECT_EQ(login_error("mira", password, "2001:db8::abcd"), std::nullopt);
    EXPECT_EQ(login_error("mira", password, "2001:db8:1::1"), ErrorCode::rate_limited);
}

TEST_P(GuardedLogins, a_name_that_nobody_has_is_limited_like_one_that_somebody_has) {
    EXPECT_EQ(guess("nobody", "192.0.2.1"), 10);
    EXPECT_EQ(guess("NOBODY", "192.0.2.2"), 0);
}

TEST_P(GuardedLogins, an_address_is_remembered_for_90_days_after_its_last_use) {
    add("mira");
    log_in("mira", password, "203.0.113.1");
    const auto is_known_after = [&](Milliseconds time) {
        clock.set(noon + time);
        guess("mira", "192.0.2.1");
        return login_error("mira", "wrong", "203.0.113.1") == ErrorCode::invalid_credentials;
    };
    EXPECT_TRUE(is_known_after(std::chrono::hours(90 * 24) - Milliseconds(1)));
    EXPECT_FALSE(is_known_after(std::chrono::hours(91 * 24)));
}

TEST_P(GuardedLogins, an_address_that_one_account_is_used_from_is_a_stranger_to_another) {
    add("mira");
    add("ola");
    log_in("mira", password, "203.0.113.1");
    EXPECT_EQ(guess("ola", "192.0.2.1"), 10);
    EXPECT_EQ(guess("ola", "203.0.113.1"), 0);
}

XENTREE_HOLDS_ON_EACH_DATABASE(GuardedLogins);

} // namespace
} // namespace xentree
