#include "inviting_people.h"

namespace xentree {
namespace {

class ListingInvitations : public InvitingPeople {
  public:
    static InvitationFilter only(InvitationStatus status) {
        InvitationFilter filter;
        filter.status = status;
        return filter;
    }
    // All pages of two.
    std::vector<InvitationId> all(const InvitationFilter& filter) {
        std::vector<InvitationId> ids;
        PageRequest page{2, {}};
        do {
            const auto part = loop.await(invitations.list(caller("olga"), acme, filter, page));
            for (const auto& invitation : part.items)
                ids.push_back(invitation.id);
            page.position = part.next;
        } while (page.position);
        return ids;
    }
};

TEST_P(ListingInvitations, newest_first_by_their_status_at_the_time_page_by_page) {
    const Caller adam = caller("adam");
    std::map<InvitationStatus, std::vector<InvitationId>> wanted;
    const auto note = [&](InvitationStatus status, const InvitationResponse& invitation) {
        auto& ids = wanted[status];
        ids.insert(ids.begin(), invitation.id);
    };
    const auto make = [&](const std::string& name) { return invite(adam, name + "@example.com"); };
    for (const char* name : {"e1", "e2", "e3"})
        note(InvitationStatus::expired, make(name));
    clock.advance(std::chrono::days(7));
    // Of the expired ones these three are written down as such with the next, the two after it are not.
    for (const char* name : {"e4", "e5"})
        note(InvitationStatus::expired, make(name));
    clock.advance(std::chrono::days(6));
    for (const char* name : {"r1", "r2", "r3"}) {
        const auto revoked = make(name);
        loop.await(invitations.revoke(caller("olga"), acme, revoked.id));
        note(InvitationStatus::revoked, revoked);
    }
    for (const char* name : {"a1", "a2", "a3"}) {
        const auto accepted = make(name);
        accept(put(name), accepted);
        note(InvitationStatus::accepted, accepted);
    }
    for (const char* name : {"p1", "p2", "p3"})
        note(InvitationStatus::pending, make(name));
    clock.advance(std::chrono::days(1));
    for (const auto& [status, ids] : wanted)
        EXPECT_EQ(all(only(status)), ids) << boost::describe::enum_to_string(status, "");
    EXPECT_EQ(all({}).size(), 14U);
    const auto everything = all({});
    EXPECT_TRUE(std::is_sorted(everything.rbegin(), everything.rend()));
}

TEST_P(ListingInvitations, has_those_of_no_other_organization) {
    invite(caller("adam"), "x@example.com");
    const Caller other = put("nora");
    const auto own =
        look_up<OrganizationId>("SELECT default_organization_id FROM users WHERE id = $1", other.user);
    EXPECT_TRUE(loop.await(invitations.list(other, own, {}, PageRequest{})).items.empty());
    const auto id = list().at(0).id;
    EXPECT_EQ(code_of([&] { loop.await(invitations.revoke(other, own, id)); }), ErrorCode::not_found);
}

XENTREE_HOLDS_ON_EACH_DATABASE(ListingInvitations);

class InvitationBounds : public InvitingPeople {
  public:
    InvitationBounds() : InvitingPeople(false, {std::chrono::days(7), 3, 5}) {}
};

TEST_P(InvitationBounds, an_organization_has_so_many_pending_at_once) {
    const Caller adam = caller("adam");
    for (const char* name : {"a@example.com", "b@example.com", "c@example.com"})
        invite(adam, name);
    EXPECT_EQ(invite_error(caller("olga"), "d@example.com"), ErrorCode::rate_limited);
    EXPECT_EQ(invite_error(adam, "c@example.com"), std::nullopt); // in the place of the one before
    clock.advance(std::chrono::days(7));
    EXPECT_EQ(invite_error(caller("olga"), "d@example.com"), std::nullopt);
}

TEST_P(InvitationBounds, a_user_makes_so_many_in_a_day_whatever_becomes_of_them) {
    const Caller adam = caller("adam");
    for (int i = 0; i < 5; ++i)
        invite(adam, "a@example.com");
    EXPECT_EQ(invite_error(adam, "a@example.com"), ErrorCode::rate_limited);
    EXPECT_EQ(list().size(), 5U);
    EXPECT_EQ(invite_error(caller("olga"), "a@example.com"), std::nullopt);
    clock.advance(std::chrono::hours(24));
    EXPECT_EQ(invite_error(caller("adam"), "a@example.com"), std::nullopt);
}

TEST_P(InvitationBounds, hold_for_invitations_at_once) {
    const Caller adam = caller("adam");
    at_once(8, [&](Loop& own, int i) {
        InvitationCreateRequest request{
            "a" + std::to_string(i) + "@example.com", OrganizationRole::member, {}};
        own.await(invitations.create(adam, acme, std::move(request)));
    });
    EXPECT_LE(list().size(), 3U);
    EXPECT_GE(list().size(), 1U);
}

XENTREE_HOLDS_ON_EACH_DATABASE(InvitationBounds);

} // namespace
} // namespace xentree
