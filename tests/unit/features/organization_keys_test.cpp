#include "key_makers.h"

namespace xentree {
namespace {

class OrganizationKeys : public Keys {
  public:
    std::vector<ApiKeyId> list(const Caller& by) {
        std::vector<ApiKeyId> ids;
        for (const auto& key : loop.await(api_keys.list_of(by, organization, PageRequest{})).items)
            ids.push_back(key.id);
        return ids;
    }
    std::optional<ErrorCode> removal_error(const Caller& by, OrganizationId in, ApiKeyId id) {
        return code_of([&] { loop.await(api_keys.remove_of(by, in, id)); });
    }
    Caller member(const std::string& name, const std::string& role) {
        join(add(name).id, organization, role);
        return caller(name);
    }
    std::vector<std::string> noted(std::string_view action) {
        std::vector<std::string> targets;
        database->read_now([&](Reader& db) {
            targets = db.all<std::string>(
                "SELECT target FROM audit_log WHERE action = $1 AND organization = $2 ORDER BY id", action,
                organization);
        });
        return targets;
    }

    const OrganizationId organization = add("owner").default_organization_id;
    const Caller owner = caller("owner");
};

TEST_P(OrganizationKeys, owners_and_admins_see_and_delete_the_keys_of_all_members) {
    const Caller admin = member("admin", "admin");
    const Caller maker = member("maker", "member");
    const APIKeyResponse of_owner = make(owner, organization, "rag:read");
    const APIKeyResponse of_maker = make(maker, organization, "rag:read");
    const APIKeyResponse elsewhere = make(
        maker, look_up<OrganizationId>("SELECT default_organization_id FROM users WHERE id = $1", maker.user),
        "rag:read");
    for (const Caller& by : {owner, admin})
        EXPECT_EQ(list(by), (std::vector{of_maker.id, of_owner.id}));
    EXPECT_EQ(removal_error(admin, organization, elsewhere.id), ErrorCode::not_found);
    EXPECT_EQ(removal_error(admin, organization, of_owner.id), std::nullopt);
    EXPECT_EQ(use_error(of_owner), ErrorCode::invalid_api_key);
    EXPECT_EQ(removal_error(owner, organization, of_maker.id), std::nullopt);
    EXPECT_EQ(use_error(of_maker), ErrorCode::invalid_api_key);
    EXPECT_EQ(use_error(elsewhere), std::nullopt);
}

TEST_P(OrganizationKeys, lower_roles_may_not_and_strangers_find_nothing) {
    const APIKeyResponse key = make(owner, organization, "rag:read");
    for (const std::string role : {"instructor", "member"}) {
        const Caller by = member(role + "-user", role);
        make(by, organization, "rag:read");
        EXPECT_EQ(code_of([&] { list(by); }), ErrorCode::forbidden) << role;
        EXPECT_EQ(removal_error(by, organization, key.id), ErrorCode::forbidden) << role;
    }
    add("stranger");
    accounts.promote_now("stranger"); // not even as a platform admin
    const Caller stranger = caller("stranger");
    EXPECT_EQ(code_of([&] { list(stranger); }), ErrorCode::not_found);
    EXPECT_EQ(removal_error(stranger, organization, key.id), ErrorCode::not_found);
    EXPECT_EQ(use_error(key), std::nullopt);
}

TEST_P(OrganizationKeys, what_was_made_and_deleted_is_noted_once_whoever_did_it) {
    const Caller maker = member("maker", "member");
    Caller repeating = maker;
    repeating.repeatable = RepeatableRequest{"again", "POST /api/api-keys", "{}"};
    const APIKeyResponse first = make(repeating, organization, "rag:read");
    EXPECT_EQ(make(repeating, organization, "rag:read").id, first.id);
    const APIKeyResponse second = make(maker, organization, "rag:read");
    EXPECT_EQ(noted("api_key.created"), (std::vector{first.id.text(), second.id.text()}));
    loop.await(api_keys.remove(maker, first.id));
    EXPECT_EQ(removal_error(owner, organization, second.id), std::nullopt);
    EXPECT_EQ(removal_error(owner, organization, second.id), ErrorCode::not_found);
    EXPECT_EQ(noted("api_key.deleted"), (std::vector{first.id.text(), second.id.text()}));
    EXPECT_EQ(look_up<UserId>("SELECT actor FROM audit_log WHERE action = 'api_key.deleted' AND target = $1",
                              second.id.text()),
              owner.user);
}

TEST_P(OrganizationKeys, tenants_are_the_own_organizations_with_the_own_keys_and_for_a_platform_admin_all) {
    const Caller maker = member("maker", "instructor");
    make(owner, organization, "rag:read");
    make(maker, organization, "rag:read");
    make(maker, organization, "rag:read");
    const auto tenants = loop.await(api_keys.list_tenants(maker, PageRequest{})).items;
    ASSERT_EQ(tenants.size(), 2U); // the personal one was made later
    EXPECT_EQ(tenants[0].role, OrganizationRole::owner);
    EXPECT_EQ(tenants[1].id, organization);
    EXPECT_EQ(tenants[1].role, OrganizationRole::instructor);
    EXPECT_EQ(tenants[1].member_count, 2);
    EXPECT_EQ(tenants[1].api_key_count, 2);
    accounts.promote_now("maker");
    add("stranger");
    const auto all = loop.await(api_keys.list_tenants(caller("maker"), PageRequest{})).items;
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].role, std::nullopt);
    EXPECT_EQ(all[2].role, OrganizationRole::instructor);
    EXPECT_EQ(all[2].api_key_count, 3);
}

XENTREE_HOLDS_ON_EACH_DATABASE(OrganizationKeys);

} // namespace
} // namespace xentree
