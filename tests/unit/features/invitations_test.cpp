#include "features/api_keys/api_keys.h"
#include "inviting_people.h"

namespace xentree {
namespace {

using enum OrganizationRole;

class Inviting : public InvitingPeople {};

TEST_P(Inviting, a_link_leads_below_the_base_and_holds_a_token_that_the_database_has_not) {
    const auto invitation = invite(caller("adam"), "Mara@example.com", instructor);
    EXPECT_TRUE(invitation.invite_url->starts_with("https://app.example.com/learn/invite?token="));
    EXPECT_EQ(token_of(invitation).size(), 43U);
    EXPECT_EQ(invitation.email, "Mara@example.com");
    EXPECT_EQ(invitation.expires_at, noon + std::chrono::days(7));
    EXPECT_EQ(list().at(0).invite_url, std::nullopt);
    EXPECT_EQ(look_up<Digest>("SELECT token_hash FROM invitations WHERE id = $1", invitation.id),
              sha256(token_of(invitation)));
}

TEST_P(Inviting, makes_a_member_with_the_role_and_team_of_the_invitation) {
    const Caller mara = put("mara");
    InvitationCreateRequest request{"MARA@example.com", instructor, std::string("Berlin")};
    const auto invitation = loop.await(invitations.create(caller("adam"), acme, std::move(request)));
    clock.advance(Seconds(60));
    const auto member = accept(mara, invitation);
    EXPECT_EQ(member.user_id, mara.user);
    EXPECT_EQ(member.role, instructor);
    EXPECT_EQ(member.team, "Berlin");
    EXPECT_EQ(member.email, "mara@example.com");
    EXPECT_EQ(member.joined_at, noon + Seconds(60));
    EXPECT_TRUE(look_up<bool>("SELECT joined_by_own_act FROM memberships WHERE user_id = $1 AND "
                              "organization_id = $2",
                              mara.user, acme));
    EXPECT_EQ(status(invitation), InvitationStatus::accepted);
}

TEST_P(Inviting, is_good_until_the_instant_of_its_expiry) {
    const auto invitation = invite(caller("adam"), "mara@example.com");
    add("mara");
    clock.advance(std::chrono::days(7) - Milliseconds(1));
    EXPECT_EQ(status(invitation), InvitationStatus::pending);
    clock.advance(Milliseconds(1));
    EXPECT_EQ(status(invitation), InvitationStatus::expired);
    EXPECT_EQ(accept_error(caller("mara"), invitation), ErrorCode::invitation_expired);
}

TEST_P(Inviting, the_account_must_have_the_address_and_a_pending_one_is_none) {
    const auto invitation = invite(caller("adam"), "mara@example.com");
    const Caller thief = put("thief");
    run("UPDATE users SET pending_email = 'mara@example.com' WHERE id = $1", thief.user);
    EXPECT_EQ(accept_error(thief, invitation), ErrorCode::forbidden);
    EXPECT_EQ(status(invitation), InvitationStatus::pending);
}

TEST_P(Inviting, a_stranger_learns_not_more_of_a_link_than_that_it_is_not_his) {
    const auto invitation = invite(caller("adam"), "mara@example.com");
    loop.await(invitations.revoke(caller("adam"), acme, invitation.id));
    EXPECT_EQ(accept_error(put("thief"), invitation), ErrorCode::forbidden);
    EXPECT_EQ(code_of([&] { loop.await(invitations.accept(caller("thief"), std::string(43, 'A'))); }),
              ErrorCode::not_found);
}

TEST_P(Inviting, accepting_again_answers_the_membership_while_it_lasts) {
    const auto invitation = invite(caller("adam"), "mara@example.com");
    const Caller mara = put("mara");
    const auto first = accept(mara, invitation);
    clock.advance(std::chrono::days(8)); // the end of a pending one is no end of this
    set_role(mara.user, admin);
    const auto again = accept(caller("mara"), invitation);
    EXPECT_EQ(again.joined_at, first.joined_at);
    EXPECT_EQ(again.role, admin);
    leave(mara.user);
    EXPECT_EQ(accept_error(caller("mara"), invitation), ErrorCode::invitation_accepted);
    join(mara.user, member, false);
    EXPECT_EQ(accept_error(caller("mara"), invitation), ErrorCode::already_member);
}

TEST_P(Inviting, a_member_by_another_way_is_told_so_and_keeps_the_role) {
    const auto invitation = invite(caller("olga"), "mara@example.com", owner);
    const Caller mara = put("mara", member, false);
    EXPECT_EQ(accept_error(mara, invitation), ErrorCode::already_member);
    EXPECT_EQ(status(invitation), InvitationStatus::pending);
    EXPECT_EQ(look_up<std::string>("SELECT role FROM memberships WHERE user_id = $1 AND "
                                   "organization_id = $2",
                                   mara.user, acme),
              "member");
}

TEST_P(Inviting, roles_are_needed_for_it) {
    for (const auto role : {instructor, member}) {
        const Caller by = put(role == member ? "max" : "ina", role);
        EXPECT_EQ(invite_error(by, "x@example.com"), ErrorCode::forbidden);
        EXPECT_EQ(code_of([&] { loop.await(invitations.list(by, acme, {}, PageRequest{})); }),
                  ErrorCode::forbidden);
        EXPECT_EQ(code_of([&] { loop.await(invitations.revoke(by, acme, InvitationId::make(noon))); }),
                  ErrorCode::forbidden);
    }
    EXPECT_EQ(invite_error(caller("adam"), "x@example.com", owner), ErrorCode::forbidden);
    EXPECT_EQ(invite_error(caller("adam"), "x@example.com", admin), std::nullopt);
    EXPECT_EQ(invite_error(caller("olga"), "x@example.com", owner), std::nullopt);
    EXPECT_EQ(invite_error(put("nobody"), "x@example.com"), ErrorCode::not_found);
}

TEST_P(Inviting, an_address_has_one_pending_invitation_in_an_organization) {
    const auto first = invite(caller("adam"), "mara@example.com");
    const auto second = invite(caller("olga"), "MARA@Example.com", instructor);
    EXPECT_EQ(status(first), InvitationStatus::revoked);
    EXPECT_EQ(status(second), InvitationStatus::pending);
    EXPECT_EQ(accept_error(put("mara"), first), ErrorCode::invitation_revoked);
    clock.advance(std::chrono::days(7));
    const auto third = invite(caller("olga"), "mara@example.com");
    EXPECT_EQ(status(second), InvitationStatus::expired); // and not revoked: it was not pending
    EXPECT_EQ(status(third), InvitationStatus::pending);
}

TEST_P(Inviting, a_member_whose_address_is_hidden_is_invited_like_a_stranger) {
    put("seen", member, true);
    put("hidden", member, false);
    EXPECT_EQ(invite_error(caller("adam"), "Seen@example.com"), ErrorCode::already_member);
    EXPECT_EQ(invite_error(caller("adam"), "hidden@example.com"), std::nullopt);
    EXPECT_EQ(invite_error(caller("adam"), "adam@example.com"), ErrorCode::already_member);
}

TEST_P(Inviting, nobody_is_invited_to_a_personal_organization) {
    const Caller olga = caller("olga");
    const auto own =
        look_up<OrganizationId>("SELECT default_organization_id FROM users WHERE id = $1", olga.user);
    InvitationCreateRequest request{"x@example.com", member, {}};
    EXPECT_EQ(code_of([&] { loop.await(invitations.create(olga, own, std::move(request))); }),
              ErrorCode::personal_organization);
}

TEST_P(Inviting, a_key_of_another_organization_finds_none) {
    Caller by = caller("olga");
    ApiKeys api_keys{{*database, idempotency, audit, clock}};
    APIKeyCreateRequest request{"Key", acme, {"organizations:write"}, {}, {}};
    const auto key = loop.await(api_keys.create(by, std::move(request)));
    by.key = KeyGrant{key.id, OrganizationId::make(noon), key.scopes};
    EXPECT_EQ(invite_error(by, "x@example.com"), ErrorCode::not_found);
    by.key->organization = acme;
    EXPECT_EQ(invite_error(by, "x@example.com"), std::nullopt);
}

TEST_P(Inviting, what_is_revoked_expired_or_accepted_is_left_as_it_is) {
    const Caller adam = caller("adam");
    const auto revoke_error = [&](const InvitationResponse& invitation) {
        return code_of([&] { loop.await(invitations.revoke(caller("olga"), acme, invitation.id)); });
    };
    const auto accepted = invite(adam, "mara@example.com");
    accept(put("mara"), accepted);
    EXPECT_EQ(revoke_error(accepted), ErrorCode::invitation_accepted);
    const auto other = invite(adam, "x@example.com");
    EXPECT_EQ(revoke_error(other), std::nullopt);
    EXPECT_EQ(revoke_error(other), std::nullopt);
    EXPECT_EQ(status(other), InvitationStatus::revoked);
    const auto old = invite(adam, "y@example.com");
    clock.advance(std::chrono::days(7));
    EXPECT_EQ(revoke_error(old), std::nullopt);
    EXPECT_EQ(status(old), InvitationStatus::expired);
    EXPECT_EQ(look_up<std::int64_t>("SELECT CAST(count(*) AS bigint) FROM audit_log WHERE action = $1",
                                    "invitation.revoked"),
              1);
}

TEST_P(Inviting, is_told_in_the_audit_log) {
    const Caller mara = put("mara");
    accept(mara, invite(caller("adam"), "mara@example.com"));
    std::vector<std::string> actions;
    database->read_now([&](Reader& db) {
        actions =
            db.all<std::string>("SELECT action FROM audit_log WHERE organization = $1 ORDER BY id", acme);
    });
    const std::vector<std::string> all{"invitation.created", "invitation.accepted", "member.joined"};
    EXPECT_EQ(actions, all);
}

TEST_P(Inviting, of_two_acceptances_at_once_one_makes_the_membership_and_both_answer_it) {
    const auto invitation = invite(caller("adam"), "mara@example.com");
    const Caller mara = put("mara");
    const auto ends =
        at_once(8, [&](Loop& own, int) { own.await(invitations.accept(mara, token_of(invitation))); });
    for (const auto& end : ends)
        EXPECT_EQ(end, std::nullopt);
    EXPECT_EQ(look_up<std::int64_t>("SELECT CAST(count(*) AS bigint) FROM audit_log WHERE action = $1",
                                    "member.joined"),
              1);
}

TEST_P(Inviting, of_many_invitations_to_an_address_at_once_one_is_pending) {
    const Caller by = caller("adam");
    const auto ends = at_once(8, [&](Loop& own, int) {
        InvitationCreateRequest request{"mara@example.com", member, {}};
        own.await(invitations.create(by, acme, std::move(request)));
    });
    const auto made = std::count(ends.begin(), ends.end(), std::nullopt);
    InvitationFilter pending;
    pending.status = InvitationStatus::pending;
    EXPECT_EQ(list().size(), static_cast<std::size_t>(made));
    EXPECT_EQ(list(pending).size(), 1U);
}

XENTREE_HOLDS_ON_EACH_DATABASE(Inviting);

} // namespace
} // namespace xentree
