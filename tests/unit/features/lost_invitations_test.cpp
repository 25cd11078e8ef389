#include "inviting_people.h"

namespace xentree {
namespace {

using enum OrganizationRole;

class LosingInvitations : public InvitingPeople {};

TEST_P(LosingInvitations, go_when_the_inviter_leaves_and_do_not_come_back_with_him) {
    const Caller adam = caller("adam");
    const auto invitation = invite(adam, "mara@example.com");
    const auto of_olga = invite(caller("olga"), "x@example.com");
    leave(adam.user);
    EXPECT_EQ(status(invitation), InvitationStatus::revoked);
    EXPECT_EQ(status(of_olga), InvitationStatus::pending);
    join(adam.user, admin);
    EXPECT_EQ(status(invitation), InvitationStatus::revoked);
    EXPECT_EQ(accept_error(put("mara"), invitation), ErrorCode::invitation_revoked);
}

TEST_P(LosingInvitations, of_an_owner_made_admin_those_as_owner_go) {
    const Caller olga = caller("olga");
    const auto as_owner = invite(olga, "mara@example.com", owner);
    const auto as_admin = invite(olga, "x@example.com", admin);
    const UserId other = put("otto", owner).user;
    database->write_now([&](Writer& db) { revoke_lost_invitations(db, other, noon); });
    EXPECT_EQ(status(as_owner), InvitationStatus::pending);
    set_role(olga.user, admin);
    EXPECT_EQ(status(as_owner), InvitationStatus::revoked);
    EXPECT_EQ(status(as_admin), InvitationStatus::pending);
    set_role(olga.user, owner);
    EXPECT_EQ(status(as_owner), InvitationStatus::revoked);
}

TEST_P(LosingInvitations, of_who_is_no_admin_any_more_all_go) {
    const auto invitation = invite(caller("adam"), "mara@example.com");
    set_role(caller("adam").user, instructor);
    EXPECT_EQ(status(invitation), InvitationStatus::revoked);
}

TEST_P(LosingInvitations, go_with_the_account_that_is_deactivated) {
    const auto invitation = invite(caller("adam"), "mara@example.com");
    accounts.set_active_now("adam", false);
    EXPECT_EQ(status(invitation), InvitationStatus::revoked);
    accounts.set_active_now("adam", true);
    EXPECT_EQ(status(invitation), InvitationStatus::revoked);
}

TEST_P(LosingInvitations, go_with_the_account_that_is_deleted_and_stay_in_the_list) {
    const auto by_operator = invite(caller("adam"), "mara@example.com");
    accounts.remove_now("adam");
    EXPECT_EQ(status(by_operator), InvitationStatus::revoked);
    const auto by_holder = invite(put("bea", admin), "x@example.com");
    loop.await(accounts.remove(caller("bea"), password));
    EXPECT_EQ(status(by_holder), InvitationStatus::revoked);
    EXPECT_EQ(accept_error(put("mara"), by_operator), ErrorCode::invitation_revoked);
}

TEST_P(LosingInvitations, what_was_accepted_or_has_expired_stays_so) {
    const Caller adam = caller("adam");
    const auto accepted = invite(adam, "mara@example.com");
    const Caller mara = put("mara");
    accept(mara, accepted);
    const auto expired = invite(adam, "x@example.com");
    clock.advance(std::chrono::days(7));
    leave(adam.user);
    EXPECT_EQ(status(accepted), InvitationStatus::accepted);
    EXPECT_EQ(status(expired), InvitationStatus::expired);
    EXPECT_EQ(accept(caller("mara"), accepted).user_id, mara.user);
}

// Whatever comes first: a pending invitation never has an inviter who may not invite so.
TEST_P(LosingInvitations, an_invitation_and_its_inviters_fall_at_once_leave_none_pending) {
    for (int round = 0; round < 5; ++round) {
        const std::string name = "bea" + std::to_string(round);
        const Caller by = put(name, admin);
        at_once(2, [&](Loop& own, int i) {
            InvitationCreateRequest request{name + "@guest.example.com", member, {}};
            if (i == 0)
                own.await(invitations.create(by, acme, std::move(request)));
            else
                set_role(by.user, member);
        });
        for (const auto& invitation : list())
            EXPECT_NE(invitation.status, InvitationStatus::pending);
    }
}

XENTREE_HOLDS_ON_EACH_DATABASE(LosingInvitations);

} // namespace
} // namespace xentree
