#include "features/ai_usage/ai_usage.h"

#include "features/ai_usage/month.h"
#include "people.h"

namespace xentree {
namespace {

Instant at(const std::string& text) {
    return parse_instant(text).value();
}

// Plans of 2, 10 and unlimited answers a month.
class CountingAi : public People {
  public:
    CountingAi() { mira = add("mira").id; }

    static Caller asking(UserId user, Plan plan = Plan::free) {
        Caller caller;
        caller.user = user;
        caller.plan = plan;
        return caller;
    }
    AiCall call(Plan plan = Plan::free) { return usage.call(asking(mira, plan)); }
    AiCall reserved(Plan plan = Plan::free) {
        AiCall made = call(plan);
        loop.await(made.reserve());
        return made;
    }
    AiCall begun(const std::string& model = "m1", Plan plan = Plan::free) {
        AiCall made = reserved(plan);
        made.begin("house", model);
        return made;
    }
    void count(const std::string& model = "m1", Plan plan = Plan::free) {
        AiCall made = begun(model, plan);
        loop.await(made.count(TokenUsage{10, 3, 13}));
    }
    std::optional<ErrorCode> refusal(Plan plan = Plan::free) {
        return code_of([&] {
            AiCall made = reserved(plan);
            loop.await(made.give_back());
        });
    }
    AIUsageResponse month(Plan plan = Plan::free) { return loop.await(usage.this_month(mira, plan)); }
    std::string models(Plan plan = Plan::free) {
        std::string text;
        for (const auto& each : month(plan).by_provider)
            text += each.model + ":" + std::to_string(each.calls) + " ";
        return text;
    }
    std::int64_t reservations() { return look_up<std::int64_t>("SELECT COUNT(*) FROM ai_reservations"); }
    // What nobody waits for is done by itself, in order on SQLite only.
    void wait_until(const std::function<bool()>& holds) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!holds() && std::chrono::steady_clock::now() < end)
            std::this_thread::yield();
        EXPECT_TRUE(holds());
    }

    AiUsage usage{AiUsage::Parts{*database, clock, {2, 10, std::nullopt}}};
    UserId mira;
};

TEST_P(CountingAi, a_month_without_calls_has_all_that_the_plan_grants) {
    const auto empty = month();
    EXPECT_EQ(empty.plan, Plan::free);
    EXPECT_EQ(empty.period, "2026-05");
    EXPECT_EQ(empty.resets_at, at("2026-06-01T00:00:00Z"));
    EXPECT_EQ(empty.limit, 2);
    EXPECT_EQ(empty.used, 0);
    EXPECT_EQ(empty.remaining, 2);
    EXPECT_TRUE(empty.by_provider.empty());
}

TEST_P(CountingAi, a_call_is_counted_by_its_provider_and_model_with_its_tokens) {
    count("m2", Plan::pro);
    count("m1", Plan::pro);
    count("m1", Plan::pro);
    AiCall silent = begun("m1", Plan::pro);
    loop.await(silent.count(std::nullopt));
    const auto used = month(Plan::pro);
    EXPECT_EQ(used.used, 4);
    EXPECT_EQ(used.remaining, 6);
    ASSERT_EQ(used.by_provider.size(), 2U);
    const auto& most = used.by_provider.front();
    EXPECT_EQ(most.provider, "house");
    EXPECT_EQ(most.model, "m1");
    EXPECT_EQ(most.calls, 3);
    EXPECT_EQ(most.prompt_tokens, 20);
    EXPECT_EQ(most.completion_tokens, 6);
    EXPECT_EQ(models(Plan::pro), "m1:3 m2:1 ");
}

TEST_P(CountingAi, past_the_limit_a_call_is_refused_to_the_end_of_the_month) {
    count();
    count();
    try {
        reserved();
        FAIL();
    } catch (const ApiError& error) {
        EXPECT_EQ(error.code, ErrorCode::ai_quota_exceeded);
        EXPECT_EQ(error.retry_after, at("2026-06-01T00:00:00Z") - noon);
    }
    clock.set(at("2026-05-31T23:59:59.999Z"));
    try {
        reserved();
        FAIL();
    } catch (const ApiError& error) {
        EXPECT_EQ(error.retry_after, Seconds(1));
    }
    clock.set(at("2026-06-01T00:00:00Z"));
    EXPECT_EQ(refusal(), std::nullopt);
    EXPECT_EQ(month().used, 0);
    EXPECT_EQ(month().period, "2026-06");
}

TEST_P(CountingAi, a_call_belongs_to_the_month_in_which_it_was_made) {
    clock.set(at("2026-05-31T23:59:59Z"));
    AiCall late = begun();
    clock.set(at("2026-06-01T00:00:01Z"));
    loop.await(late.count(std::nullopt));
    EXPECT_EQ(month().used, 0);
    clock.set(at("2026-05-31T23:59:59Z"));
    EXPECT_EQ(month().used, 1);
}

// As two nodes do.
TEST_P(CountingAi, of_calls_at_once_no_more_are_let_through_than_are_left) {
    count();
    const auto other_database = open();
    AiUsage other(AiUsage::Parts{*other_database, clock, {2, 10, std::nullopt}});
    std::mutex mutex;
    std::vector<AiCall> let_through;
    const auto ends = at_once(6, [&](Loop& own, int number) {
        AiCall made = (number % 2 == 0 ? usage : other).call(asking(mira));
        own.await(made.reserve());
        const std::lock_guard lock(mutex);
        let_through.push_back(std::move(made));
    });
    EXPECT_EQ(let_through.size(), 1U);
    EXPECT_EQ(std::count(ends.begin(), ends.end(), ErrorCode::ai_quota_exceeded), 5);
}

TEST_P(CountingAi, what_is_under_way_is_taken_and_not_yet_used) {
    count();
    AiCall open = reserved();
    EXPECT_EQ(refusal(), ErrorCode::ai_quota_exceeded);
    EXPECT_EQ(month().used, 1);
    EXPECT_EQ(month().remaining, 1);
    open.begin("house", "m1");
    loop.await(open.count(std::nullopt));
    EXPECT_EQ(month().used, 2);
}

TEST_P(CountingAi, what_is_given_back_can_be_taken_again) {
    AiCall first = reserved(), second = reserved();
    EXPECT_EQ(refusal(), ErrorCode::ai_quota_exceeded);
    loop.await(first.give_back());
    EXPECT_EQ(refusal(), std::nullopt);
    loop.await(second.give_back());
    EXPECT_EQ(reservations(), 0);
    EXPECT_EQ(month().used, 0);
}

TEST_P(CountingAi, a_call_that_is_dropped_before_an_answer_began_is_given_back) {
    count();
    { const AiCall dropped = reserved(); }
    wait_until([&] { return reservations() == 0; });
    EXPECT_EQ(refusal(), std::nullopt);
    EXPECT_EQ(month().used, 1);
}

TEST_P(CountingAi, a_call_that_is_dropped_after_an_answer_began_counts) {
    count();
    { const AiCall dropped = begun("m2"); }
    wait_until([&] { return reservations() == 0; });
    EXPECT_EQ(models(), "m1:1 m2:1 ");
    EXPECT_EQ(refusal(), ErrorCode::ai_quota_exceeded);
}

// As after a COMMIT that was done although its connection was lost: counted() is not called.
TEST_P(CountingAi, a_call_that_was_counted_unknown_to_us_is_not_counted_again) {
    for (const Plan plan : {Plan::pro, Plan::enterprise}) {
        auto closing = open();
        AiUsage own(AiUsage::Parts{*closing, clock, {2, 10, std::nullopt}});
        {
            AiCall made = own.call(asking(mira, plan));
            loop.await(made.reserve());
            made.begin("house", "m1");
            loop.await(closing->write([&](Writer& db) { made.count(db, TokenUsage{10, 3, 13}); }));
        }
        closing.reset(); // which ends what nobody waits for
    }
    EXPECT_EQ(models(), "m1:2 ");
    EXPECT_EQ(look_up<std::int64_t>("SELECT taken FROM ai_months"), 2);
    EXPECT_EQ(look_up<std::int64_t>("SELECT CAST(SUM(prompt_tokens) AS bigint) FROM ai_usage"), 20);
}

TEST_P(CountingAi, a_call_that_was_not_counted_is_counted_at_its_end) {
    for (const Plan plan : {Plan::pro, Plan::enterprise}) {
        AiCall made = begun("m1", plan);
        EXPECT_EQ(code_of([&] {
                      loop.await(database->write([&](Writer& db) {
                          made.count(db, std::nullopt);
                          throw ApiError(ErrorCode::unavailable);
                      }));
                  }),
                  ErrorCode::unavailable);
    }
    wait_until([&] { return reservations() == 0; });
    EXPECT_EQ(models(), "m1:2 ");
}

// The provider's fault is what the caller has to tell then.
TEST_P(CountingAi, a_call_that_the_database_does_not_take_back_is_given_back_later) {
    const auto rename = [&](const std::string& from, const std::string& to) {
        database->write_now([&](Writer& db) { db.run("ALTER TABLE " + from + " RENAME TO " + to); });
    };
    count();
    {
        AiCall failed = reserved();
        rename("ai_reservations", "away");
        loop.await(failed.give_back());
        rename("away", "ai_reservations");
        EXPECT_EQ(reservations(), 1);
    }
    wait_until([&] { return reservations() == 0; });
    EXPECT_EQ(refusal(), std::nullopt);
}

TEST_P(CountingAi, a_caller_whose_account_is_gone_is_told_so_and_not_of_a_quota) {
    run("DELETE FROM users WHERE id = $1", mira);
    EXPECT_EQ(refusal(), ErrorCode::invalid_token);
    EXPECT_EQ(refusal(Plan::enterprise), ErrorCode::invalid_token);
    Caller by_key = asking(mira);
    by_key.key.emplace();
    AiCall made = usage.call(by_key);
    EXPECT_EQ(code_of([&] { loop.await(made.reserve()); }), ErrorCode::invalid_api_key);
}

TEST_P(CountingAi, a_transaction_that_fails_takes_the_reservation_with_it) {
    {
        AiCall made = call();
        EXPECT_EQ(code_of([&] {
                      loop.await(database->write([&](Writer& db) {
                          made.reserve(db);
                          throw ApiError(ErrorCode::conflict);
                      }));
                  }),
                  ErrorCode::conflict);
    }
    count();
    EXPECT_EQ(refusal(), std::nullopt);
}

TEST_P(CountingAi, a_reservation_of_a_process_that_died_ends_with_its_lease) {
    count();
    {
        AiUsage dying(AiUsage::Parts{*database, clock, {2, 10, std::nullopt}});
        AiCall left = dying.call(asking(mira));
        loop.await(left.reserve());
        dying.finish();
    }
    EXPECT_EQ(refusal(), ErrorCode::ai_quota_exceeded);
    clock.advance(AiUsage::lease - Milliseconds(1));
    EXPECT_EQ(refusal(), ErrorCode::ai_quota_exceeded);
    clock.advance(Milliseconds(1));
    EXPECT_EQ(refusal(), std::nullopt);
    count();
    EXPECT_EQ(refusal(), ErrorCode::ai_quota_exceeded);
    EXPECT_EQ(month().used, 2);
}

TEST_P(CountingAi, a_call_that_lasts_longer_than_its_lease_counts_all_the_same) {
    AiCall slow = begun();
    count();
    clock.advance(AiUsage::lease);
    count();
    loop.await(slow.count(std::nullopt));
    EXPECT_EQ(month().used, 3);
    EXPECT_EQ(month().remaining, 0);
    EXPECT_EQ(refusal(), ErrorCode::ai_quota_exceeded);
}

TEST_P(CountingAi, an_unlimited_plan_counts_too_and_its_calls_stand_against_a_lower_one) {
    for (int i = 0; i < 3; ++i)
        count("m1", Plan::enterprise);
    const auto used = month(Plan::enterprise);
    EXPECT_EQ(used.limit, std::nullopt);
    EXPECT_EQ(used.remaining, std::nullopt);
    EXPECT_EQ(used.used, 3);
    EXPECT_EQ(month(Plan::free).remaining, 0);
    EXPECT_EQ(refusal(Plan::free), ErrorCode::ai_quota_exceeded);
    EXPECT_EQ(refusal(Plan::pro), std::nullopt);
}

TEST_P(CountingAi, a_plan_of_nothing_grants_nothing) {
    AiUsage closed(AiUsage::Parts{*database, clock, {0, 0, 0}});
    EXPECT_EQ(code_of([&] {
                  AiCall made = closed.call(asking(mira));
                  loop.await(made.reserve());
              }),
              ErrorCode::ai_quota_exceeded);
}

TEST_P(CountingAi, each_user_has_a_count_of_their_own_that_goes_with_the_account) {
    const UserId ola = add("ola").id;
    count();
    count();
    AiCall hers = usage.call(asking(ola));
    loop.await(hers.reserve());
    hers.begin("house", "m1");
    EXPECT_EQ(loop.await(usage.this_month(ola, Plan::free)).used, 0);
    run("DELETE FROM users WHERE id = $1", ola);
    loop.await(hers.count(std::nullopt)); // her account is gone meanwhile
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM ai_usage"), 1);
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM ai_months"), 1);
    EXPECT_EQ(reservations(), 0);
    EXPECT_EQ(month().used, 2);
}

TEST_P(CountingAi, what_is_under_way_is_not_forgotten_and_what_is_long_over_is) {
    AiCall open = begun();
    const auto forget = [&] { database->write_now([&](Writer& db) { usage.forget_old(db); }); };
    clock.advance(std::chrono::hours(48));
    forget();
    EXPECT_EQ(reservations(), 1);
    clock.advance(std::chrono::days(63));
    forget();
    EXPECT_EQ(reservations(), 0);
}

TEST_P(CountingAi, the_operator_sets_the_plan_by_either_name) {
    accounts.set_plan_now("mira", Plan::pro);
    EXPECT_EQ(caller("mira").plan, Plan::pro);
    EXPECT_EQ(look_up<std::string>("SELECT plan FROM organizations"), "pro");
    accounts.set_plan_now("Mira@example.com", Plan::enterprise);
    EXPECT_EQ(caller("mira").plan, Plan::enterprise);
    EXPECT_THROW(accounts.set_plan_now("nobody", Plan::pro), std::runtime_error);
}

TEST(CalendarMonths, end_when_the_next_one_begins) {
    EXPECT_EQ(next_month(at("2028-02-28T00:00:00Z")), at("2028-03-01T00:00:00Z"));
    EXPECT_EQ(next_month(at("2028-02-29T23:59:59.999Z")), at("2028-03-01T00:00:00Z"));
    EXPECT_EQ(next_month(at("2026-01-31T12:00:00Z")), at("2026-02-01T00:00:00Z"));
    EXPECT_EQ(next_month(at("2026-12-31T23:59:59.999Z")), at("2027-01-01T00:00:00Z"));
    EXPECT_EQ(next_month(at("2027-01-01T00:00:00Z")), at("2027-02-01T00:00:00Z"));
    EXPECT_EQ(month_name(at("2026-12-31T23:59:59.999Z")), "2026-12");
    EXPECT_EQ(month_name(at("2027-01-01T00:00:00Z")), "2027-01");
}

XENTREE_HOLDS_ON_EACH_DATABASE(CountingAi);

} // namespace
} // namespace xentree
