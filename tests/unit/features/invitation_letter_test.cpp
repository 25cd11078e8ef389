#include "features/organizations/invitation_letter.h"

#include "inviting_people.h"

namespace xentree {
namespace {

TEST(HarmlessName, of_a_usual_name_is_the_name) {
    for (const char* name : {"Acme Learning", "Škola jezika (Zagreb)", "O'Neill & Sons", "東京大学", "حسن",
                             "St. Mary's", "हिन्दी"})
        EXPECT_EQ(harmless_name(name), name);
}

TEST(HarmlessName, has_no_link_and_no_address) {
    EXPECT_EQ(harmless_name("https://evil.example/login?a=b"), "https evil. example login a b");
    EXPECT_EQ(harmless_name("www.evil.example"), "www. evil. example");
    EXPECT_EQ(harmless_name("mail boss@evil.example"), "mail boss evil. example");
    EXPECT_EQ(harmless_name("evil\uFF0Eexample\uFF0Fa"), "evil. example a");
    EXPECT_EQ(harmless_name("evil\u2024example"), "evil. example");
    EXPECT_EQ(harmless_name("evil\u3002example"), "evil example");
    EXPECT_EQ(harmless_name("e\u200Bvil.example"), "evil. example");
    EXPECT_EQ(harmless_name("<a href=x>Acme</a>"), "a href x Acme a");
}

TEST(HarmlessName, is_one_short_line_in_one_direction) {
    EXPECT_EQ(harmless_name("Acme\r\nBcc: x\u2028y\u202Ez"), "Acme Bcc x yz");
    const std::string cut = harmless_name(std::string(120, 'a'));
    EXPECT_EQ(cut, std::string(59, 'a') + "\u2026");
    EXPECT_EQ(harmless_name("://"), "-");
}

TEST(InvitationLetter, has_names_in_its_text_alone) {
    const Letter letter = to_letter({"mara@example.com", "Acme", "Tom. evil.example", OrganizationRole::admin,
                                     "https://app.example.com/invite?token=T", noon});
    EXPECT_EQ(letter.recipient, "mara@example.com");
    EXPECT_EQ(letter.subject, "You are invited to an organization");
    EXPECT_NE(letter.text.find("Organization: Acme\nInvited by: Tom. evil. example\nRole: admin\n"),
              std::string::npos);
    EXPECT_NE(letter.text.find("\n\nhttps://app.example.com/invite?token=T\n\n"), std::string::npos);
    EXPECT_EQ(letter.good_until, noon);
}

class MailedInvitations : public InvitingPeople {
  public:
    MailedInvitations() : InvitingPeople(true) {}
    std::int64_t waiting() { return look_up<std::int64_t>("SELECT CAST(count(*) AS bigint) FROM mails"); }
};

TEST_P(MailedInvitations, an_address_gets_five_in_an_hour_and_a_refusal_changes_nothing) {
    const Caller adam = caller("adam");
    for (int i = 0; i < 5; ++i)
        invite(adam, "mara@example.com");
    EXPECT_EQ(waiting(), 5);
    const auto last = list().at(0);
    EXPECT_EQ(invite_error(adam, "Mara@example.com"), ErrorCode::rate_limited);
    EXPECT_EQ(list().size(), 5U);
    EXPECT_EQ(status(last), InvitationStatus::pending);
    clock.advance(std::chrono::hours(1));
    EXPECT_EQ(invite_error(caller("adam"), "mara@example.com"), std::nullopt);
}

TEST_P(MailedInvitations, a_repeated_request_sends_no_second_mail_and_has_no_link) {
    Caller adam = caller("adam");
    adam.repeatable = RepeatableRequest{"key", "POST /x", "{}"};
    const auto first = invite(adam, "mara@example.com");
    const auto again = invite(adam, "mara@example.com");
    EXPECT_EQ(again.id, first.id);
    EXPECT_EQ(again.invite_url, std::nullopt);
    EXPECT_EQ(waiting(), 1);
    EXPECT_EQ(look_up<std::string>("SELECT answer FROM idempotency_answers").find(token_of(first)),
              std::string::npos);
}

XENTREE_HOLDS_ON_EACH_DATABASE(MailedInvitations);

} // namespace
} // namespace xentree
