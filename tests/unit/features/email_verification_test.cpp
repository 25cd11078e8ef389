#include "mailed_people.h"

namespace xentree {
namespace {

class Verifying : public MailedPeople {};

TEST_P(Verifying, a_registration_sends_a_link_that_verifies_the_address) {
    const auto mira = sign_up("mira");
    EXPECT_FALSE(mira.email_verified);
    const auto letter = letters().front();
    EXPECT_NE(letter.text.find("https://app.example.com/verify-email?token="), std::string::npos);
    EXPECT_EQ(letter.text.find("mira"), std::string::npos); // a stranger may have chosen the name
    const auto session = log_in("mira");
    const auto token = verification_token("mira@example.com");
    EXPECT_EQ(verify_error(token), std::nullopt);
    EXPECT_TRUE(profile(mira.id).email_verified);
    EXPECT_EQ(access_error(session), std::nullopt);
    EXPECT_EQ(verify_error(token), ErrorCode::validation_error);
}

TEST_P(Verifying, a_registration_repeated_with_its_key_sends_no_second_link) {
    for (int i = 0; i < 2; ++i) {
        Visitor from = visitor();
        from.repeatable = RepeatableRequest{"k1", "POST /api/auth/register", "a"};
        loop.await(accounts.register_user(std::move(from), registration("mira")));
    }
    EXPECT_EQ(letters().size(), 1u);
}

TEST_P(Verifying, a_link_is_good_for_a_day_and_for_an_active_account) {
    const auto mira = sign_up("mira");
    const auto token = verification_token("mira@example.com");
    deactivate(mira.id);
    EXPECT_EQ(verify_error(token), ErrorCode::validation_error);
    run("UPDATE users SET is_active = TRUE WHERE id = $1", mira.id);
    clock.advance(std::chrono::hours(24));
    EXPECT_EQ(verify_error(token), ErrorCode::validation_error);
}

TEST_P(Verifying, a_new_address_is_pending_until_its_link_is_used) {
    const auto mira = sign_up("mira");
    const auto pending = change_email(caller("mira"), "New@example.com");
    EXPECT_EQ(pending.email, "mira@example.com");
    EXPECT_EQ(pending.pending_email, "New@example.com");
    EXPECT_EQ(login_error("new@example.com", password), ErrorCode::invalid_credentials);
    EXPECT_EQ(count(MailKind::email_change, "mira@example.com"), 1u);
    EXPECT_EQ(verify_error(verification_token("New@example.com")), std::nullopt);
    const auto moved = profile(mira.id);
    EXPECT_EQ(moved.email, "New@example.com");
    EXPECT_TRUE(moved.email_verified);
    EXPECT_EQ(moved.pending_email, std::nullopt);
    EXPECT_EQ(login_error("new@example.com", password), std::nullopt);
    EXPECT_EQ(login_error("mira@example.com", password), ErrorCode::invalid_credentials);
    // The old address is the account's no longer.
    EXPECT_EQ(verify_error(verification_token("mira@example.com")), ErrorCode::validation_error);
}

TEST_P(Verifying, the_present_address_can_be_verified_while_another_is_pending) {
    const auto mira = sign_up("mira");
    change_email(caller("mira"), "new@example.com");
    EXPECT_EQ(verify_error(verification_token("mira@example.com")), std::nullopt);
    EXPECT_EQ(profile(mira.id).pending_email, "new@example.com");
    EXPECT_EQ(verify_error(verification_token("new@example.com")), std::nullopt);
    EXPECT_EQ(profile(mira.id).email, "new@example.com");
}

TEST_P(Verifying, a_later_change_takes_the_place_of_an_earlier_one_for_good) {
    sign_up("mira");
    const auto mira = caller("mira");
    change_email(mira, "first@example.com");
    const auto first = verification_token("first@example.com");
    change_email(mira, "second@example.com");
    EXPECT_EQ(verify_error(first), ErrorCode::validation_error);
    change_email(mira, "first@example.com");
    EXPECT_EQ(verify_error(first), ErrorCode::validation_error);
    EXPECT_EQ(verify_error(verification_token("first@example.com")), std::nullopt);
}

TEST_P(Verifying, the_present_address_in_any_case_ends_a_pending_change_and_changes_nothing_else) {
    const auto mira = sign_up("mira");
    const auto before = profile(mira.id);
    const auto asking = caller("mira");
    change_email(asking, "new@example.com");
    const auto token = verification_token("new@example.com");
    const auto ended = change_email(asking, "MIRA@example.com");
    EXPECT_EQ(ended.pending_email, std::nullopt);
    EXPECT_EQ(ended.email, before.email);
    EXPECT_EQ(verify_error(token), ErrorCode::validation_error);
    clock.advance(Seconds(1));
    EXPECT_EQ(change_email(asking, "MIRA@example.com").updated_at, noon);
}

TEST_P(Verifying, a_pending_address_keeps_nobody_from_it_and_its_token_stays_good) {
    const auto mira = sign_up("mira");
    change_email(caller("mira"), "ola@example.com");
    const auto token = verification_token("ola@example.com");
    const auto ola = sign_up("ola");
    EXPECT_EQ(verify_error(token), ErrorCode::email_taken);
    EXPECT_EQ(profile(mira.id).pending_email, "ola@example.com");
    // Other changes go on meanwhile.
    UserProfileUpdate changes;
    changes.nickname = std::optional<std::string>("M");
    EXPECT_EQ(code_of([&] { update(caller("mira"), changes); }), std::nullopt);
    accounts.remove_now("ola");
    EXPECT_EQ(verify_error(token), std::nullopt);
    EXPECT_EQ(profile(mira.id).email, "ola@example.com");
}

TEST_P(Verifying, an_address_of_an_account_is_taken_before_anything_is_sent) {
    sign_up("mira");
    sign_up("ola");
    const auto before = letters().size();
    EXPECT_EQ(code_of([&] { change_email(caller("mira"), "OLA@example.com"); }), ErrorCode::email_taken);
    EXPECT_EQ(letters().size(), before);
}

TEST_P(Verifying, a_fresh_link_goes_to_the_pending_address_else_to_the_accounts) {
    sign_up("mira");
    const auto mira = caller("mira");
    const auto first = verification_token("mira@example.com");
    EXPECT_EQ(resend_error(mira), std::nullopt);
    EXPECT_EQ(count(MailKind::email_verification, "mira@example.com"), 2u);
    EXPECT_EQ(verify_error(first), std::nullopt); // links sent before stay good
    EXPECT_EQ(verify_error(verification_token("mira@example.com")), ErrorCode::validation_error);
    EXPECT_EQ(resend_error(mira), ErrorCode::already_verified);
    change_email(mira, "new@example.com");
    EXPECT_EQ(resend_error(mira), std::nullopt);
    EXPECT_EQ(count(MailKind::email_verification, "new@example.com"), 2u);
}

TEST_P(Verifying, five_links_an_hour_go_to_an_address_whoever_asks) {
    sign_up("mira");
    const auto mira = caller("mira");
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(resend_error(mira), std::nullopt);
    clock.advance(std::chrono::minutes(20));
    EXPECT_EQ(resend_error(mira), ErrorCode::rate_limited);
    try {
        loop.await(links.send_verification(mira));
    } catch (const ApiError& error) {
        EXPECT_EQ(error.retry_after, Seconds(40 * 60));
    }
    // Neither another account nor a deleted one changes that.
    sign_up("ola");
    EXPECT_EQ(code_of([&] { change_email(caller("ola"), "mira@example.com"); }), ErrorCode::email_taken);
    accounts.remove_now("mira");
    EXPECT_EQ(code_of([&] { change_email(caller("ola"), "Mira@example.com"); }), ErrorCode::rate_limited);
    EXPECT_EQ(profile(caller("ola").user).pending_email, std::nullopt);
    const auto before = letters().size();
    EXPECT_EQ(sign_up("mira").email, "mira@example.com"); // a registration is answered as ever
    EXPECT_EQ(letters().size(), before);
    clock.advance(std::chrono::minutes(40));
    EXPECT_EQ(resend_error(caller("mira")), std::nullopt);
}

TEST_P(Verifying, the_old_address_is_told_five_times_an_hour_at_most) {
    sign_up("mira");
    const auto mira = caller("mira");
    for (int i = 0; i < 7; ++i)
        change_email(mira, std::to_string(i) + "@example.com");
    EXPECT_EQ(count(MailKind::email_change, "mira@example.com"), 5u);
}

TEST_P(Verifying, what_counts_the_mails_is_forgotten_after_an_hour) {
    sign_up("mira");
    const auto forget = [&] {
        database->write_now([&](Writer& db) { mail_queue.forget_old(db); });
        return look_up<std::int64_t>("SELECT COUNT(*) FROM mailings");
    };
    EXPECT_EQ(forget(), 1);
    clock.advance(std::chrono::hours(1));
    EXPECT_EQ(forget(), 0);
}

TEST_P(Verifying, an_account_is_made_all_the_same_where_too_many_mails_wait) {
    mail_queue.set_waiting(MailQueue::most_waiting);
    sign_up("mira");
    EXPECT_TRUE(letters().empty());
    EXPECT_EQ(resend_error(caller("mira")), ErrorCode::unavailable);
    mail_queue.set_waiting(0);
    EXPECT_EQ(resend_error(caller("mira")), std::nullopt);
}

XENTREE_HOLDS_ON_EACH_DATABASE(Verifying);

} // namespace
} // namespace xentree
