#include "features/organizations/members.h"

#include "organizing_people.h"

namespace xentree {
namespace {

class AMember : public OrganizingPeople {
  public:
    std::int64_t count_notes() { return look_up<std::int64_t>("SELECT COUNT(*) FROM audit_log"); }
};

TEST_P(AMember, is_noted_with_what_it_was_and_is) {
    add("owner");
    const UserProfile user = add("mira");
    const Caller owner = caller("owner"), mira = caller("mira");
    const auto from = found(owner, "From"), to = found(owner, "To");
    join(owner, from, user.id);
    loop.await(set_role(owner, from, user.id, Role::instructor));
    loop.await(set_role(owner, from, user.id, Role::instructor)); // nothing changes, nothing is noted
    loop.await(members.update(owner, {from, user.id}, {{}, {}, std::optional<std::string>("Berlin")}));
    loop.await(members.update(owner, {from, user.id}, {Role::admin, to, {}}));
    loop.await(members.remove(mira, {to, user.id}));
    join(owner, to, user.id);
    loop.await(members.remove(owner, {to, user.id}));
    const std::string id = user.id.text();
    const std::string moved = "member.moved " + id + R"( {"organization":{"old":")" + from.text() +
                              R"(","new":")" + to.text() +
                              R"("},"role":{"old":"instructor","new":"admin"},)"
                              R"("team":{"old":"Berlin","new":null}})";
    auto before = noted(from), after = noted(to);
    before.erase(before.begin());
    after.erase(after.begin());
    EXPECT_EQ(before, (std::vector<std::string>{
                          "member.added " + id + R"( {"role":"member","team":null})",
                          "member.role_changed " + id + R"( {"old":"member","new":"instructor"})",
                          "member.team_changed " + id + R"( {"old":null,"new":"Berlin"})",
                          moved,
                      }));
    EXPECT_EQ(after, (std::vector<std::string>{
                         moved,
                         "member.left " + id + R"( {"role":"admin","team":null})",
                         "member.added " + id + R"( {"role":"member","team":null})",
                         "member.removed " + id + R"( {"role":"member","team":null})",
                     }));
}

// As if the request had waited for its turn to write since it was let in.
TEST_P(AMember, whose_account_or_key_has_ended_since_may_nothing_more) {
    const UserProfile owner = add("owner"), user = add("mira");
    Caller by_session = caller("owner");
    const auto organization = found(by_session);
    Caller by_key = by_session;
    by_key.key = KeyGrant{ApiKeyId::make(noon), organization, {"organizations:write"}};
    EXPECT_EQ(code_of([&] { join(by_key, organization, user.id); }), ErrorCode::not_found);
    deactivate(owner.id);
    EXPECT_EQ(code_of([&] { join(by_session, organization, user.id); }), ErrorCode::not_found);
    EXPECT_FALSE(role_of(user.id, organization));
}

TEST_P(AMember, that_is_refused_something_leaves_no_note) {
    add("owner");
    const UserProfile user = add("mira");
    const Caller owner = caller("owner"), mira = caller("mira");
    const auto organization = found(owner);
    join(owner, organization, user.id);
    const auto before = count_notes();
    EXPECT_EQ(code_of([&] { loop.await(set_role(mira, organization, user.id, Role::owner)); }),
              ErrorCode::forbidden);
    EXPECT_EQ(code_of([&] { loop.await(set_role(owner, organization, owner.user, Role::admin)); }),
              ErrorCode::last_owner);
    EXPECT_EQ(code_of([&] { join(owner, organization, user.id); }), ErrorCode::already_member);
    EXPECT_EQ(code_of([&] {
                  loop.await(members.remove(owner, {organization, owner.user}));
              }),
              ErrorCode::last_owner);
    EXPECT_EQ(count_notes(), before);
}

// What each of two owners may do at the same moment to make the organization ownerless.
TEST_P(AMember, of_two_owners_one_stays_whatever_both_do_at_once) {
    const std::vector<UserProfile> people{add("owner-a"), add("owner-b")};
    const std::vector<Caller> callers{caller("owner-a"), caller("owner-b")};
    const auto elsewhere = found(callers[0], "Elsewhere");
    join(callers[0], elsewhere, people[1].id, Role::owner);
    using Act = std::function<void(Loop&, OrganizationId, int)>;
    const Act demote_oneself = [&](Loop& own, OrganizationId id, int i) {
        own.await(set_role(callers[i], id, people[i].id, Role::member));
    };
    const Act demote_other = [&](Loop& own, OrganizationId id, int i) {
        own.await(set_role(callers[i], id, people[1 - i].id, Role::member));
    };
    const Act leave = [&](Loop& own, OrganizationId id, int i) {
        own.await(members.remove(callers[i], {id, people[i].id}));
    };
    const Act remove_other = [&](Loop& own, OrganizationId id, int i) {
        own.await(members.remove(callers[i], {id, people[1 - i].id}));
    };
    const std::vector<Act> acts{demote_oneself, demote_other, leave, remove_other};
    for (std::size_t first = 0; first < acts.size(); ++first) {
        for (std::size_t second = 0; second < acts.size(); ++second) {
            for (int round = 0; round < 3; ++round) {
                const auto id = found(callers[0], "Race");
                join(callers[0], id, people[1].id, Role::owner);
                const auto ends =
                    at_once(2, [&](Loop& own, int i) { acts[i == 0 ? first : second](own, id, i); });
                EXPECT_GE(count_owners(id), 1) << first << " " << second;
                EXPECT_GE(std::count(ends.begin(), ends.end(), std::nullopt), 1);
                for (const auto end : ends)
                    EXPECT_TRUE(!end || *end == ErrorCode::last_owner || *end == ErrorCode::forbidden ||
                                *end == ErrorCode::not_found);
            }
        }
    }
}

TEST_P(AMember, of_two_owners_moved_away_at_once_one_stays) {
    const std::vector<UserProfile> people{add("owner-a"), add("owner-b")};
    const std::vector<Caller> callers{caller("owner-a"), caller("owner-b")};
    for (int round = 0; round < 10; ++round) {
        const auto from = found(callers[0], "From");
        join(callers[0], from, people[1].id, Role::owner);
        const std::vector<OrganizationId> to{found(callers[0], "To"), found(callers[1], "To")};
        join(callers[0], to[0], people[1].id, Role::owner);
        join(callers[1], to[1], people[0].id, Role::owner);
        for (const int i : {0, 1})
            loop.await(members.remove(callers[1 - i], {to[i], people[i].id}));
        // Each wants to move the other into an organization that only the mover still owns.
        const auto ends = at_once(2, [&](Loop& own, int i) {
            own.await(members.update(callers[i], {from, people[1 - i].id}, {{}, to[1 - i], {}}));
        });
        EXPECT_EQ(count_owners(from), 1);
        EXPECT_EQ(std::count(ends.begin(), ends.end(), std::nullopt), 1);
    }
}

TEST_P(AMember, who_is_added_many_times_at_once_is_added_once) {
    add("owner");
    const Caller owner = caller("owner");
    const auto organization = found(owner);
    for (int round = 0; round < 5; ++round) {
        const UserProfile user = add("user-" + std::to_string(round));
        const auto ends = at_once(4, [&](Loop& own, int) {
            MemberAddRequest request{user.id, {}, Role::member, {}};
            own.await(members.add(owner, organization, std::move(request)));
        });
        EXPECT_EQ(std::count(ends.begin(), ends.end(), std::nullopt), 1);
        EXPECT_EQ(std::count(ends.begin(), ends.end(), ErrorCode::already_member), 3);
    }
}

TEST_P(AMember, who_leaves_while_making_the_organization_its_default_has_a_default_of_its_own) {
    const UserProfile user = add("mira");
    add("owner");
    const Caller owner = caller("owner"), mira = caller("mira");
    for (int round = 0; round < 10; ++round) {
        const auto organization = found(owner);
        join(owner, organization, user.id);
        at_once(2, [&](Loop& own, int i) {
            UserProfileUpdate changes;
            changes.default_organization_id = organization;
            if (i == 0)
                own.await(accounts.update(mira, std::move(changes)));
            else
                own.await(members.remove(owner, {organization, user.id}));
        });
        EXPECT_EQ(role_of(user.id, organization), std::nullopt);
        EXPECT_EQ(default_of(user.id), user.default_organization_id);
    }
}

TEST_P(AMember, that_is_moved_is_all_of_the_way_or_not_at_all) {
    add("owner");
    const UserProfile user = add("mira");
    const Caller owner = caller("owner");
    const auto from = found(owner, "From"), to = found(owner, "To");
    join(owner, from, user.id, Role::instructor);
    make_default(user.id, from);
    database->write_now([&](Writer& db) { // the last statement of a move fails
        db.run("ALTER TABLE audit_log RENAME TO audit_log_away");
    });
    EXPECT_ANY_THROW(loop.await(members.update(owner, {from, user.id}, {Role::admin, to, {}})));
    EXPECT_EQ(role_of(user.id, from), Role::instructor);
    EXPECT_EQ(role_of(user.id, to), std::nullopt);
    EXPECT_EQ(default_of(user.id), from);
    database->write_now([&](Writer& db) { db.run("ALTER TABLE audit_log_away RENAME TO audit_log"); });
    loop.await(members.update(owner, {from, user.id}, {Role::admin, to, {}}));
    EXPECT_EQ(role_of(user.id, from), std::nullopt);
    EXPECT_EQ(role_of(user.id, to), Role::admin);
    EXPECT_EQ(default_of(user.id), user.default_organization_id);
}

XENTREE_HOLDS_ON_EACH_DATABASE(AMember);

TEST(MemberAddRequests, name_one_user_by_one_of_two_ways) {
    const auto faults_of = [](const char* text) {
        std::vector<Fault> faults;
        check_member_add(boost::json::parse(text).as_object(), faults);
        return faults.size();
    };
    EXPECT_EQ(faults_of(R"({"user_id":"x"})"), 0U);
    EXPECT_EQ(faults_of(R"({"username":"x"})"), 0U);
    EXPECT_EQ(faults_of(R"({"username":"x","user_id":"x"})"), 1U);
    EXPECT_EQ(faults_of(R"({"role":"member"})"), 1U);
}

} // namespace
} // namespace xentree
