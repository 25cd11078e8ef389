#include "mailed_people.h"

namespace xentree {
namespace {

class Resetting : public MailedPeople {};

TEST_P(Resetting, the_link_sets_a_new_password_and_ends_all_sessions) {
    sign_up("mira");
    const auto session = log_in("mira");
    forget_password("Mira@Example.com");
    const auto letter = letters().back();
    EXPECT_NE(letter.text.find("https://app.example.com/reset-password?token="), std::string::npos);
    EXPECT_EQ(letter.good_until, noon + std::chrono::hours(1));
    EXPECT_EQ(reset_error(reset_token("mira@example.com")), std::nullopt);
    EXPECT_EQ(access_error(session), ErrorCode::invalid_token);
    EXPECT_EQ(refresh_error(session.refresh_token), ErrorCode::invalid_token);
    EXPECT_EQ(login_error("mira", password), ErrorCode::invalid_credentials);
    EXPECT_EQ(login_error("mira", "another one"), std::nullopt);
}

TEST_P(Resetting, the_address_that_the_link_went_to_is_verified) {
    const auto mira = sign_up("mira");
    forget_password("mira@example.com");
    EXPECT_FALSE(profile(mira.id).email_verified);
    reset_error(reset_token("mira@example.com"));
    EXPECT_TRUE(profile(mira.id).email_verified);
}

TEST_P(Resetting, a_link_is_good_once_and_one_use_ends_the_others) {
    sign_up("mira");
    forget_password("mira@example.com");
    const auto first = reset_token("mira@example.com");
    forget_password("mira@example.com");
    const auto second = reset_token("mira@example.com");
    ASSERT_NE(first, second);
    EXPECT_EQ(reset_error(first), std::nullopt);
    EXPECT_EQ(reset_error(first), ErrorCode::validation_error);
    EXPECT_EQ(reset_error(second), ErrorCode::validation_error);
}

TEST_P(Resetting, of_many_uses_at_once_one_counts) {
    sign_up("mira");
    forget_password("mira@example.com");
    const auto token = reset_token("mira@example.com");
    const auto ends = at_once(4, [&](Loop& own, int i) {
        own.await(links.reset_password(visitor(), {token, "password no " + std::to_string(i)}));
    });
    EXPECT_EQ(std::count(ends.begin(), ends.end(), std::nullopt), 1);
    EXPECT_EQ(std::count(ends.begin(), ends.end(), ErrorCode::validation_error), 3);
}

TEST_P(Resetting, a_link_is_good_for_an_hour) {
    sign_up("mira");
    forget_password("mira@example.com");
    const auto token = reset_token("mira@example.com");
    clock.advance(std::chrono::hours(1));
    EXPECT_EQ(reset_error(token), ErrorCode::validation_error);
}

TEST_P(Resetting, a_change_of_the_password_uses_it_up) {
    sign_up("mira");
    const auto mira = caller("mira");
    forget_password("mira@example.com");
    UserProfileUpdate changes;
    changes.current_password = std::string(password);
    changes.new_password = std::string("changed by hand");
    update(mira, changes);
    EXPECT_EQ(reset_error(reset_token("mira@example.com")), ErrorCode::validation_error);
    forget_password("mira@example.com");
    accounts.reset_password_now("mira", "by the operator");
    EXPECT_EQ(reset_error(reset_token("mira@example.com")), ErrorCode::validation_error);
}

// Who knew the password before may have begun one, to an address of his own.
TEST_P(Resetting, whoever_sets_a_new_password_ends_a_pending_change_of_the_address) {
    const auto mira = sign_up("mira");
    const auto by_link = [&] {
        forget_password("mira@example.com");
        EXPECT_EQ(reset_error(reset_token("mira@example.com"), password), std::nullopt);
    };
    const auto by_operator = [&] { accounts.reset_password_now("mira", password); };
    const auto by_hand = [&] {
        UserProfileUpdate changes;
        changes.current_password = std::string(password);
        changes.new_password = std::string(password);
        EXPECT_EQ(update(caller("mira"), changes).pending_email, std::nullopt);
    };
    for (const auto& set_password : std::vector<std::function<void()>>{by_link, by_operator, by_hand}) {
        clock.advance(std::chrono::hours(1));
        change_email(caller("mira"), "thief@example.com");
        const auto theirs = verification_token("thief@example.com");
        set_password();
        EXPECT_EQ(profile(mira.id).pending_email, std::nullopt);
        EXPECT_EQ(verify_error(theirs), ErrorCode::validation_error);
        EXPECT_EQ(profile(mira.id).email, "mira@example.com");
    }
}

TEST_P(Resetting, a_new_password_and_a_new_address_of_one_request_both_count) {
    const auto mira = sign_up("mira");
    UserProfileUpdate changes;
    changes.current_password = std::string(password);
    changes.new_password = std::string("another one");
    changes.email = std::string("new@example.com");
    EXPECT_EQ(update(caller("mira"), changes).pending_email, "new@example.com");
    EXPECT_EQ(verify_error(verification_token("new@example.com")), std::nullopt);
    EXPECT_EQ(profile(mira.id).email, "new@example.com");
}

TEST_P(Resetting, a_change_of_the_address_uses_it_up_and_a_pending_one_does_not) {
    sign_up("mira");
    const auto mira = caller("mira");
    forget_password("mira@example.com");
    const auto token = reset_token("mira@example.com");
    change_email(mira, "new@example.com");
    forget_password("new@example.com");
    EXPECT_EQ(count(MailKind::password_reset, "new@example.com"), 0u);
    EXPECT_EQ(verify_error(verification_token("new@example.com")), std::nullopt);
    EXPECT_EQ(reset_error(token), ErrorCode::validation_error);
}

TEST_P(Resetting, whoever_has_no_account_or_a_deactivated_one_gets_no_mail_and_the_same_answer) {
    const auto mira = sign_up("mira");
    forget_password("mira@example.com");
    const auto token = reset_token("mira@example.com");
    const auto before = letters().size();
    deactivate(mira.id);
    forget_password("mira@example.com");
    forget_password("nobody@example.com");
    forget_password("mira"); // a username is no address
    EXPECT_EQ(letters().size(), before);
    EXPECT_EQ(reset_error(token), ErrorCode::validation_error);
}

TEST_P(Resetting, the_answer_waits_for_no_look_at_accounts) {
    sign_up("mira");
    const auto before = letters().size();
    loop.await(links.request_password_reset("mira@example.com"));
    loop.await(links.request_password_reset("nobody@example.com"));
    EXPECT_EQ(letters().size(), before);
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM password_reset_requests"), 2);
    links.answer_reset_requests();
    EXPECT_EQ(letters().size(), before + 1);
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM password_reset_requests"), 0);
}

TEST_P(Resetting, many_are_looked_up_a_hundred_at_a_time) {
    for (int i = 0; i < 101; ++i)
        loop.await(links.request_password_reset(std::to_string(i) + "@example.com"));
    EXPECT_TRUE(links.answer_reset_requests());
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM password_reset_requests"), 1);
    EXPECT_FALSE(links.answer_reset_requests());
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM password_reset_requests"), 0);
}

TEST_P(Resetting, what_was_not_looked_up_for_an_hour_is_not_answered_and_not_kept) {
    sign_up("mira");
    const auto before = letters().size();
    const auto ask = [&] { loop.await(links.request_password_reset("mira@example.com")); };
    const auto left = [&] { return look_up<std::int64_t>("SELECT COUNT(*) FROM password_reset_requests"); };
    ask();
    clock.advance(std::chrono::hours(1) - Milliseconds(1));
    database->write_now([&](Writer& db) { links.forget_old(db); });
    EXPECT_EQ(left(), 1);
    clock.advance(Milliseconds(1));
    links.answer_reset_requests();
    EXPECT_EQ(letters().size(), before);
    EXPECT_EQ(left(), 0);
    ask();
    clock.advance(std::chrono::hours(1));
    database->write_now([&](Writer& db) { links.forget_old(db); });
    EXPECT_EQ(left(), 0);
}

TEST_P(Resetting, five_links_an_hour_go_to_an_address_and_the_sixth_is_answered_alike) {
    sign_up("mira");
    for (int i = 0; i < 6; ++i)
        forget_password("mira@example.com");
    EXPECT_EQ(count(MailKind::password_reset, "mira@example.com"), 5u);
    clock.advance(std::chrono::hours(1));
    forget_password("mira@example.com");
    EXPECT_EQ(count(MailKind::password_reset, "mira@example.com"), 6u);
}

TEST_P(Resetting, an_unknown_token_and_one_of_another_kind_are_no_good) {
    sign_up("mira");
    EXPECT_EQ(reset_error("q7Zt0mXW4cJ2yR9uKfA1sLpE8dVhNb3oGxT6iQwY5Ck"), ErrorCode::validation_error);
    EXPECT_EQ(reset_error(verification_token("mira@example.com")), ErrorCode::validation_error);
}

TEST_P(Resetting, no_token_stands_in_the_database) {
    sign_up("mira");
    forget_password("mira@example.com");
    const auto token = reset_token("mira@example.com");
    std::vector<Blob> rows;
    database->read_now([&](Reader& db) {
        rows = db.all<Blob>("SELECT hash FROM mailed_tokens UNION ALL SELECT sealed_letter FROM mails");
    });
    ASSERT_EQ(rows.size(), 4u);
    for (const auto& row : rows) {
        EXPECT_EQ(row.bytes.find(token), std::string::npos);
        EXPECT_EQ(row.bytes.find("mira@"), std::string::npos);
    }
}

TEST_P(Resetting, tokens_that_have_run_out_are_forgotten) {
    sign_up("mira");
    forget_password("mira@example.com");
    const auto forget = [&] {
        database->write_now([&](Writer& db) { links.forget_old(db); });
        return look_up<std::int64_t>("SELECT COUNT(*) FROM mailed_tokens");
    };
    EXPECT_EQ(forget(), 2);
    clock.advance(std::chrono::hours(1));
    EXPECT_EQ(forget(), 1);
    clock.advance(std::chrono::hours(23));
    EXPECT_EQ(forget(), 0);
}

XENTREE_HOLDS_ON_EACH_DATABASE(Resetting);

class WithoutMail : public People {
  public:
    MailedLinks links{{*database, passwords, mail, audit, clock}};
};

TEST_P(WithoutMail, there_are_no_links) {
    add("mira");
    EXPECT_EQ(code_of([&] { loop.await(links.request_password_reset("mira@example.com")); }),
              ErrorCode::mail_not_configured);
    EXPECT_EQ(code_of([&] { loop.await(links.send_verification(caller("mira"))); }),
              ErrorCode::mail_not_configured);
}

TEST_P(WithoutMail, that_nothing_is_to_be_verified_is_told_first) {
    const auto mira = add("mira");
    run("UPDATE users SET email_verified = TRUE WHERE id = $1", mira.id);
    EXPECT_EQ(code_of([&] { loop.await(links.send_verification(caller("mira"))); }),
              ErrorCode::already_verified);
}

XENTREE_HOLDS_ON_EACH_DATABASE(WithoutMail);

} // namespace
} // namespace xentree
