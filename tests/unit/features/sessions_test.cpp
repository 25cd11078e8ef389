#include "features/identity/sessions.h"

#include <sodium.h>

#include "people.h"

namespace xentree {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Logins : public People {};
class Refreshing : public People {};
class AccessTokenUse : public People {};

TEST_P(Logins, username_and_address_are_taken_in_any_case) {
    const auto mira = add("mira");
    for (const char* name : {"mira", "MIRA", "mira@example.com", "Mira@Example.COM"})
        EXPECT_EQ(caller(name).user, mira.id) << name;
}

TEST_P(Logins, an_unknown_name_a_wrong_password_and_a_deactivated_account_are_answered_alike) {
    add("mira");
    deactivate(add("closed").id);
    std::vector<std::string> answers;
    for (const auto& [name, by] :
         {std::pair("nobody", password), std::pair("mira", "wrong"), std::pair("closed", password)}) {
        EXPECT_EQ(login_error(name, by), ErrorCode::invalid_credentials) << name;
        answers.push_back(message_of([&] { log_in(name, by); }));
    }
    EXPECT_EQ(answers, std::vector(3, answers.front()));
}

TEST_P(Logins, a_caller_has_the_role_and_plan_of_now) {
    add("mira");
    const auto tokens = log_in("mira");
    EXPECT_EQ(authenticate(tokens).role, PlatformRole::user);
    accounts.promote_now("mira");
    EXPECT_EQ(authenticate(tokens).role, PlatformRole::admin);
}

TEST_P(Logins, a_hash_with_other_parameters_is_made_anew) {
    const auto mira = add("mira");
    const Passwords others({.memory_kib = 64, .threads = 1, .queue = 1});
    database->write_now([&](Writer& db) {
        db.run("UPDATE users SET password_hash = $2 WHERE id = $1", mira.id, others.hash_now(password));
    });
    log_in("mira");
    EXPECT_FALSE(passwords.is_outdated(
        look_up<std::string>("SELECT password_hash FROM users WHERE id = $1", mira.id)));
    EXPECT_EQ(login_error("mira", password), std::nullopt);
}

TEST_P(Logins, a_session_keeps_the_user_agent_without_what_would_harm_a_terminal) {
    add("mira");
    const auto agent_of = [&](const std::string& agent) {
        Visitor from = visitor();
        from.user_agent = agent;
        LoginRequest request{"mira", password, {}, {}, {}, {}};
        const auto tokens = loop.await(sessions.log_in(std::move(from), std::move(request)));
        return look_up<std::optional<std::string>>("SELECT user_agent FROM sessions WHERE id = $1",
                                                   authenticate(tokens).session);
    };
    EXPECT_EQ(agent_of("curl/8\x1b[31m\x7f"), "curl/8[31m");
    EXPECT_EQ(agent_of(""), std::nullopt);
    EXPECT_EQ(agent_of("\xff"), std::nullopt);
    EXPECT_EQ(agent_of("a\u009b"), std::nullopt);
    EXPECT_EQ(agent_of(std::string(600, 'x')), std::string(512, 'x'));
}

TEST_P(Logins, logging_out_ends_the_own_session_or_all_of_them) {
    add("mira");
    const auto one = log_in("mira"), two = log_in("mira"), three = log_in("mira");
    EXPECT_EQ(loop.await(sessions.log_out(authenticate(one), false)).sessions_revoked, 1);
    EXPECT_EQ(access_error(one), ErrorCode::invalid_token);
    EXPECT_EQ(refresh_error(one.refresh_token), ErrorCode::invalid_token);
    EXPECT_EQ(access_error(two), std::nullopt);
    EXPECT_EQ(loop.await(sessions.log_out(authenticate(two), true)).sessions_revoked, 2);
    EXPECT_EQ(access_error(two), ErrorCode::invalid_token);
    EXPECT_EQ(access_error(three), ErrorCode::invalid_token);
}

TEST_P(Logins, of_two_logouts_of_one_session_the_second_finds_none) {
    add("mira");
    const Caller mira = caller("mira");
    loop.await(sessions.log_out(mira, false));
    EXPECT_EQ(code_of([&] { loop.await(sessions.log_out(mira, false)); }), ErrorCode::invalid_token);
}

TEST_P(Logins, nobody_elses_sessions_end) {
    add("mira");
    add("ola");
    const auto of_ola = log_in("ola");
    loop.await(sessions.log_out(caller("mira"), true));
    EXPECT_EQ(access_error(of_ola), std::nullopt);
}

TEST_P(AccessTokenUse, they_are_good_for_15_minutes) {
    add("mira");
    const auto tokens = log_in("mira");
    EXPECT_EQ(tokens.expires_in, 900);
    clock.set(noon + minutes(15) - Milliseconds(1));
    EXPECT_EQ(access_error(tokens), std::nullopt);
    clock.set(noon + minutes(15));
    EXPECT_EQ(access_error(tokens), ErrorCode::token_expired);
}

TEST_P(AccessTokenUse, of_an_ended_session_the_end_is_told_and_not_the_age) {
    add("mira");
    const auto tokens = log_in("mira");
    loop.await(sessions.log_out(authenticate(tokens), false));
    clock.advance(hours(1));
    EXPECT_EQ(access_error(tokens), ErrorCode::invalid_token);
}

TEST_P(AccessTokenUse, what_is_none_is_refused) {
    add("mira");
    const auto tokens = log_in("mira");
    for (const std::string& bad :
         {std::string(), std::string("x"), tokens.refresh_token, tokens.access_token + "A"})
        EXPECT_EQ(code_of([&] { loop.await(sessions.authenticate_bearer(bad, visitor())); }),
                  ErrorCode::invalid_token);
}

TEST_P(AccessTokenUse, a_deactivated_account_is_out_at_once) {
    const auto mira = add("mira");
    const auto tokens = log_in("mira");
    deactivate(mira.id);
    EXPECT_EQ(access_error(tokens), ErrorCode::invalid_token);
    EXPECT_EQ(refresh_error(tokens.refresh_token), ErrorCode::invalid_token);
    EXPECT_EQ(login_error("mira", password), ErrorCode::invalid_credentials);
}

TEST_P(Refreshing, a_token_buys_a_new_pair_of_the_same_session) {
    add("mira");
    const auto first = log_in("mira");
    const auto second = refresh(first.refresh_token);
    EXPECT_NE(second.refresh_token, first.refresh_token);
    EXPECT_EQ(authenticate(second).session, authenticate(first).session);
    EXPECT_EQ(refresh_error(second.refresh_token), std::nullopt);
}

TEST_P(Refreshing, a_spent_token_is_good_for_20_seconds_after_its_first_use) {
    add("mira");
    const auto first = log_in("mira");
    clock.advance(hours(1));
    refresh(first.refresh_token);
    clock.advance(Seconds(20));
    EXPECT_EQ(refresh_error(first.refresh_token), std::nullopt);
    clock.advance(Milliseconds(1));
    EXPECT_EQ(refresh_error(first.refresh_token), ErrorCode::refresh_token_reused);
}

TEST_P(Refreshing, a_spent_token_is_good_for_five_uses_in_all) {
    add("mira");
    const auto first = log_in("mira");
    for (int use = 1; use <= 5; ++use)
        EXPECT_EQ(refresh_error(first.refresh_token), std::nullopt) << use;
    EXPECT_EQ(refresh_error(first.refresh_token), ErrorCode::refresh_token_reused);
}

TEST_P(Refreshing, each_of_the_further_pairs_is_good_and_goes_on_by_itself) {
    add("mira");
    const auto first = log_in("mira");
    const auto one = refresh(first.refresh_token), two = refresh(first.refresh_token);
    clock.advance(minutes(10));
    EXPECT_EQ(access_error(one), std::nullopt);
    EXPECT_EQ(access_error(two), std::nullopt);
    const auto after_one = refresh(one.refresh_token);
    clock.advance(minutes(10));
    EXPECT_EQ(refresh_error(two.refresh_token), std::nullopt);
    EXPECT_EQ(refresh_error(after_one.refresh_token), std::nullopt);
}

TEST_P(Refreshing, reuse_ends_the_family_with_its_access_tokens_and_no_other) {
    add("mira");
    const auto first = log_in("mira"), other = log_in("mira");
    const auto second = refresh(first.refresh_token), third = refresh(second.refresh_token);
    clock.advance(Seconds(21));
    EXPECT_EQ(access_error(third), std::nullopt);
    EXPECT_EQ(refresh_error(first.refresh_token), ErrorCode::refresh_token_reused);
    for (const auto& tokens : {first, second, third}) {
        EXPECT_EQ(access_error(tokens), ErrorCode::invalid_token);
        EXPECT_EQ(refresh_error(tokens.refresh_token), ErrorCode::invalid_token);
    }
    EXPECT_EQ(access_error(other), std::nullopt);
    EXPECT_EQ(refresh_error(other.refresh_token), std::nullopt);
}

TEST_P(Refreshing, each_token_is_good_for_30_days_from_its_own_making) {
    add("mira");
    const auto first = log_in("mira");
    clock.set(noon + hours(30 * 24) - Milliseconds(1));
    const auto second = refresh(first.refresh_token);
    clock.advance(hours(30 * 24) - Milliseconds(1));
    const auto third = refresh(second.refresh_token);
    clock.advance(hours(30 * 24));
    EXPECT_EQ(refresh_error(third.refresh_token), ErrorCode::token_expired);
}

TEST_P(Refreshing, a_token_spent_long_ago_is_reuse_also_when_its_time_is_over) {
    add("mira");
    const auto first = log_in("mira");
    clock.advance(hours(29 * 24));
    const auto second = refresh(first.refresh_token);
    clock.advance(hours(2 * 24));
    EXPECT_EQ(refresh_error(first.refresh_token), ErrorCode::refresh_token_reused);
    EXPECT_EQ(refresh_error(second.refresh_token), ErrorCode::invalid_token);
}

TEST_P(Refreshing, what_was_never_one_is_refused) {
    add("mira");
    const auto tokens = log_in("mira");
    for (const std::string& bad : {std::string(), std::string("r1."), tokens.access_token,
                                   tokens.refresh_token + "A", tokens.refresh_token.substr(3)})
        EXPECT_EQ(refresh_error(bad), ErrorCode::invalid_token) << bad;
    EXPECT_EQ(refresh_error(tokens.refresh_token), std::nullopt);
}

TEST_P(Refreshing, five_at_once_with_one_token_all_get_a_pair_that_is_good) {
    add("mira");
    const auto first = log_in("mira");
    std::vector<TokenResponse> pairs(5);
    const auto ends = at_once(5, [&](Loop& own, int i) {
        pairs[static_cast<std::size_t>(i)] = own.await(sessions.refresh(visitor(), first.refresh_token));
    });
    EXPECT_EQ(ends, std::vector(5, std::optional<ErrorCode>()));
    for (const auto& pair : pairs) {
        EXPECT_EQ(access_error(pair), std::nullopt);
        EXPECT_EQ(refresh_error(pair.refresh_token), std::nullopt);
    }
}

TEST_P(Refreshing, of_twelve_at_once_no_more_than_five_get_a_pair_and_the_session_ends) {
    add("mira");
    const auto first = log_in("mira");
    const auto ends =
        at_once(12, [&](Loop& own, int) { own.await(sessions.refresh(visitor(), first.refresh_token)); });
    EXPECT_EQ(std::count(ends.begin(), ends.end(), std::nullopt), 5);
    EXPECT_EQ(std::count(ends.begin(), ends.end(), ErrorCode::refresh_token_reused), 1);
    EXPECT_EQ(std::count(ends.begin(), ends.end(), ErrorCode::invalid_token), 6);
    EXPECT_EQ(access_error(first), ErrorCode::invalid_token);
}

TEST_P(Refreshing, coroutines_of_one_thread_share_the_five_uses_too) {
    add("mira");
    const auto first = log_in("mira");
    std::vector<std::future<TokenResponse>> calls;
    for (int i = 0; i < 7; ++i)
        calls.push_back(loop.begin(sessions.refresh(visitor(), first.refresh_token)));
    loop.finish();
    int taken = 0;
    for (auto& call : calls)
        taken += !code_of([&] { call.get(); });
    EXPECT_EQ(taken, 5);
}

TEST_P(Refreshing, the_database_has_the_hash_of_a_token_and_not_the_token) {
    add("mira");
    const std::string token = log_in("mira").refresh_token;
    Digest hash;
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size());
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM refresh_tokens WHERE hash = $1", hash), 1);
}

TEST_P(Refreshing, what_ended_long_ago_is_forgotten_and_nothing_sooner) {
    add("mira");
    const auto ended = log_in("mira");
    loop.await(sessions.log_out(authenticate(ended), false));
    log_in("mira"); // ends by its age in 30 days
    const auto forget = [&] {
        database->write_now([&](Writer& db) { sessions.forget_old(db); });
        return look_up<std::int64_t>("SELECT COUNT(*) FROM sessions");
    };
    clock.set(noon + hours(90 * 24));
    EXPECT_EQ(forget(), 2);
    clock.advance(Milliseconds(1));
    EXPECT_EQ(forget(), 1);
    clock.set(noon + hours(120 * 24) + Milliseconds(1));
    EXPECT_EQ(forget(), 0);
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM refresh_tokens"), 0);
}

// A session that is used goes on for ever; its spent tokens do not.
TEST_P(Refreshing, tokens_that_ran_out_long_ago_are_forgotten_though_their_session_lives) {
    add("mira");
    auto tokens = log_in("mira");
    for (int day = 20; day <= 140; day += 20) {
        clock.set(noon + hours(day * 24));
        tokens = refresh(tokens.refresh_token);
    }
    database->write_now([&](Writer& db) { sessions.forget_old(db); });
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM refresh_tokens"), 7); // those of days 20 to 140
    EXPECT_EQ(refresh_error(tokens.refresh_token), std::nullopt);
}

XENTREE_HOLDS_ON_EACH_DATABASE(Logins);
XENTREE_HOLDS_ON_EACH_DATABASE(AccessTokenUse);
XENTREE_HOLDS_ON_EACH_DATABASE(Refreshing);

} // namespace
} // namespace xentree
