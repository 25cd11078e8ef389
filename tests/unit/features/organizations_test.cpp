#include "features/organizations/slugs.h"
#include "features/organizations/store.h"
#include "organizing_people.h"

namespace xentree {
namespace {

class AnOrganization : public OrganizingPeople {
  public:
    // Users with a personal organization each, all in this one and with it as default.
    void add_crowd(OrganizationId organization, int number) {
        database->write_now([&](Writer& db) {
            for (int i = 0; i < number; ++i) {
                const auto name = "crowd-" + std::to_string(i);
                const auto user = UserId::make(noon);
                const auto personal = OrganizationId::make(noon);
                db.run("INSERT INTO users (id, email, email_key, email_verified, username, password_hash, "
                       "language, timezone, role, plan, is_active, is_profile_public, "
                       "default_organization_id, created_at, updated_at) VALUES ($1, $2, $2, FALSE, $2, 'x', "
                       "'en', 'UTC', 'user', 'free', TRUE, TRUE, $3, 0, 0)",
                       user, name, organization);
                db.run(
                    "INSERT INTO organizations (id, name, slug, is_personal, plan, created_at, updated_at) "
                    "VALUES ($1, $2, $2, TRUE, 'free', 0, 0)",
                    personal, name);
                db.run("INSERT INTO memberships (organization_id, user_id, role, joined_at) "
                       "VALUES ($1, $2, 'owner', 0)",
                       personal, user);
                db.run("INSERT INTO memberships (organization_id, user_id, role, joined_at) "
                       "VALUES ($1, $2, $3, 0)",
                       organization, user, i % 2 ? Role::member : Role::instructor);
            }
        });
    }
    std::int64_t count(const std::string& what) {
        return look_up<std::int64_t>("SELECT COUNT(*) FROM " + what);
    }
};

TEST_P(AnOrganization, is_noted_with_what_it_was_and_is) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = found(mira);
    loop.await(organizations.update(mira, id, {std::string("Acme 2"), std::string("acme-two"), {}}));
    loop.await(organizations.update(mira, id, {std::string("Acme 2"), {}, {}}));
    loop.await(organizations.update(mira, id, {{}, {}, std::optional<std::string>("A long text")}));
    loop.await(organizations.remove(mira, id));
    const std::string target = id.text();
    EXPECT_EQ(
        noted(id),
        (std::vector<std::string>{
            "organization.created " + target + R"( {"name":"Acme","slug":"acme"})",
            "organization.updated " + target +
                R"( {"name":{"old":"Acme","new":"Acme 2"},"slug":{"old":"acme","new":"acme-two"}})",
            "organization.updated " + target + R"( {"description":"changed"})",
            "organization.deleted " + target + R"( {"name":"Acme 2","slug":"acme-two","member_count":1})",
        }));
}

TEST_P(AnOrganization, that_is_large_is_deleted_in_parts_and_all_defaults_fall_back) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = found(mira);
    add_crowd(id, 4001);
    loop.await(organizations.remove(mira, id));
    EXPECT_EQ(count("organizations WHERE NOT is_personal"), 0);
    EXPECT_EQ(count("memberships"), 4002);
    EXPECT_EQ(count("users JOIN memberships ON memberships.user_id = users.id AND "
                    "memberships.organization_id = users.default_organization_id"),
              4002);
    EXPECT_EQ(noted(id).size(), 4U); // created, twice in part, deleted
}

TEST_P(AnOrganization, whose_deletion_was_stopped_is_deleted_when_asked_again) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = found(mira);
    add_crowd(id, 10);
    database->write_now(
        [&](Writer& db) { EXPECT_EQ(organizations_store::erase_ordinary_members(db, id, 4), 4); });
    EXPECT_EQ(loop.await(organizations.get(mira, id)).member_count, 7);
    EXPECT_EQ(count_owners(id), 1);
    loop.await(organizations.remove(mira, id));
    EXPECT_EQ(count("organizations WHERE NOT is_personal"), 0);
}

TEST_P(AnOrganization, is_not_made_for_an_account_that_has_gone) {
    const UserProfile profile = add("mira");
    const Caller mira = caller("mira");
    run("DELETE FROM users WHERE id = $1", profile.id);
    EXPECT_EQ(code_of([&] { found(mira); }), ErrorCode::invalid_token);
    EXPECT_EQ(count("organizations WHERE NOT is_personal"), 0);
}

TEST_P(AnOrganization, gets_a_slug_that_is_given_to_one_of_many_at_once) {
    add("mira");
    const Caller mira = caller("mira");
    for (int round = 0; round < 5; ++round) {
        const std::string slug = "race-" + std::to_string(round);
        const auto ends = at_once(4, [&](Loop& own, int) {
            own.await(organizations.create(mira, {"Race", slug, {}}));
        });
        EXPECT_EQ(std::count(ends.begin(), ends.end(), std::nullopt), 1);
        EXPECT_EQ(std::count(ends.begin(), ends.end(), ErrorCode::slug_taken), 3);
    }
}

TEST_P(AnOrganization, finds_a_free_slug_among_thousands) {
    database->write_now([&](Writer& db) {
        for (int i = 0; i <= 3000; ++i)
            db.run("INSERT INTO organizations (id, name, slug, is_personal, plan, created_at, updated_at) "
                   "VALUES ($1, 'n', $2, FALSE, 'free', 0, 0)",
                   OrganizationId::make(noon), i == 0 ? std::string("acme") : "acme-" + std::to_string(i));
        EXPECT_EQ(free_slug(db, "acme"), "acme-3001");
        EXPECT_EQ(free_slug(db, "other"), "other");
        EXPECT_EQ(free_slug(db, "a"), "a-1");
        EXPECT_EQ(free_slug(db, "ab"), "ab-1");
    });
}

TEST_P(AnOrganization, keeps_room_for_the_number_in_a_long_slug) {
    const std::string longest(60, 'x'), dashed = std::string(57, 'y') + "-zz";
    database->write_now([&](Writer& db) {
        for (const auto& slug : {longest, dashed})
            db.run("INSERT INTO organizations (id, name, slug, is_personal, plan, created_at, updated_at) "
                   "VALUES ($1, 'n', $2, FALSE, 'free', 0, 0)",
                   OrganizationId::make(noon), slug);
        EXPECT_EQ(free_slug(db, longest), std::string(58, 'x') + "-1");
        EXPECT_EQ(free_slug(db, dashed), std::string(57, 'y') + "-1"); // no two dashes
    });
}

XENTREE_HOLDS_ON_EACH_DATABASE(AnOrganization);

TEST(Slugs, are_of_a_to_z_and_digits_in_groups) {
    for (const auto& [name, slug] : std::vector<std::pair<std::string, std::string>>{
             {"Acme Learning", "acme-learning"},
             {"  --Acme__ & Co.--  ", "acme-co"},
             {"O'Brien \"Ltd\"", "obrien-ltd"},
             {"École Ærø Straße", "ecole-aero-strasse"},
             {"\uff21\uff43\uff4d\uff45", "acme"}, // full width
             {"\U0001d400cme", "acme"},            // mathematical bold A
             {"a\u0301cme", "acme"},               // A with a combining accent
             {"Москва Объект", "moskva-obekt"},
             {"中文学校", "zhong-wen-xue-xiao"},
             {"Ελληνικά", "ellenika"},
             {"\U0001f389", "organization"},
             {"...", "organization"},
             {"C", "c"},
             {"42", "42"},
             {std::string(120, 'x'), std::string(60, 'x')},
             {std::string(59, 'x') + " y", std::string(59, 'x')},
         })
        EXPECT_EQ(slug_of(name), slug) << name;
}

} // namespace
} // namespace xentree
