#include "contract/contract.h"
#include "key_makers.h"

namespace xentree {
namespace {

TEST_P(Keys, acts_for_its_maker_in_its_organization) {
    const UserProfile user = add("mira");
    const APIKeyResponse key = make(caller("mira"), user.default_organization_id, "rag:read");
    const Caller by_key = use(key);
    EXPECT_EQ(by_key.user, user.id);
    EXPECT_EQ(by_key.key->organization, user.default_organization_id);
    EXPECT_EQ(by_key.key->scopes, std::vector<std::string>{"rag:read"});
    EXPECT_EQ(by_key.address, "203.0.113.9");
}

TEST_P(Keys, the_key_itself_is_nowhere_in_the_database) {
    const UserProfile user = add("mira");
    const APIKeyResponse key = make(caller("mira"), user.default_organization_id, "rag:read");
    EXPECT_EQ(
        look_up<std::int64_t>("SELECT CAST(count(*) AS bigint) FROM api_keys WHERE name = $1 OR prefix = $1 "
                              "OR last_four = $1 OR scopes = $1",
                              *key.key),
        0);
    EXPECT_EQ(look_up<Digest>("SELECT hash FROM api_keys WHERE id = $1", key.id).size(), 32U);
}

TEST_P(Keys, the_present_role_and_state_of_the_maker_count) {
    const UserProfile user = add("mira");
    const APIKeyResponse key = make(caller("mira"), user.default_organization_id, "rag:read");
    accounts.promote_now("mira");
    EXPECT_EQ(use(key).role, PlatformRole::admin);
    deactivate(user.id);
    EXPECT_EQ(use_error(key), ErrorCode::invalid_api_key);
    run("UPDATE users SET is_active = TRUE WHERE id = $1", user.id);
    EXPECT_EQ(use_error(key), std::nullopt);
}

TEST_P(Keys, high_scopes_need_a_high_role) {
    const UserProfile owner = add("owner");
    for (const std::string role : {"member", "instructor", "admin"}) {
        const UserProfile user = add(role + "-user");
        join(user.id, owner.default_organization_id, role);
        const Caller by = caller(role + "-user");
        make(by, owner.default_organization_id, "organizations:read");
        for (const char* scope : {"organizations:write", "api:read", "api:write", "api:admin"}) {
            const auto code = code_of([&] { make(by, owner.default_organization_id, scope); });
            EXPECT_EQ(code, role == "admin" ? std::nullopt : std::optional(ErrorCode::forbidden))
                << role << scope;
        }
    }
}

TEST_P(Keys, goes_with_the_membership) {
    const UserProfile owner = add("owner");
    const UserProfile user = add("mira");
    join(user.id, owner.default_organization_id, "member");
    const Caller by = caller("mira");
    const APIKeyResponse there = make(by, owner.default_organization_id, "rag:read");
    const APIKeyResponse own = make(by, user.default_organization_id, "rag:read");
    leave(user.id, owner.default_organization_id);
    EXPECT_EQ(use_error(there), ErrorCode::invalid_api_key);
    EXPECT_EQ(use_error(own), std::nullopt);
}

TEST_P(Keys, works_until_the_instant_of_its_expiry) {
    const UserProfile user = add("mira");
    const Caller by = caller("mira");
    APIKeyCreateRequest request{"Key", user.default_organization_id, {"rag:read"}, {}, {}};
    request.expires_at = std::optional(noon + Seconds(60));
    const APIKeyResponse key = loop.await(api_keys.create(by, std::move(request)));
    clock.advance(Milliseconds(59'999));
    EXPECT_EQ(use_error(key), std::nullopt);
    clock.advance(Milliseconds(1));
    EXPECT_EQ(use_error(key), ErrorCode::invalid_api_key);
}

TEST_P(Keys, uses_add_up_over_several_writes) {
    const UserProfile user = add("mira");
    const Caller by = caller("mira");
    const APIKeyResponse key = make(by, user.default_organization_id, "rag:read");
    for (int i = 0; i < 3; ++i)
        use(key);
    api_keys.write_uses();
    clock.advance(Seconds(90));
    use(key);
    api_keys.write_uses();
    api_keys.write_uses();
    const auto page = loop.await(api_keys.list(by, PageRequest{}));
    ASSERT_EQ(page.items.size(), 1U);
    EXPECT_EQ(page.items[0].request_count, 4);
    EXPECT_EQ(page.items[0].last_used_at, noon + Seconds(60));
    EXPECT_EQ(page.items[0].last_used_ip, "203.0.113.9");
}

TEST_P(Keys, a_session_is_used_by_its_access_token_too) {
    add("mira");
    const TokenResponse tokens = log_in("mira");
    clock.advance(Seconds(150));
    authenticate(tokens);
    sessions.write_uses();
    const auto page = loop.await(sessions.list(authenticate(tokens), PageRequest{}));
    ASSERT_EQ(page.items.size(), 1U);
    EXPECT_EQ(page.items[0].last_used_at, noon + Seconds(120));
}

XENTREE_HOLDS_ON_EACH_DATABASE(Keys);

TEST(ApiKeyScopes, are_those_of_the_contract_in_its_order) {
    const auto document = boost::json::parse(bundled_contract());
    const auto& scopes = document.at_pointer("/components/schemas/ApiKeyScope/enum").as_array();
    ASSERT_EQ(scopes.size(), api_key_scopes.size());
    for (std::size_t i = 0; i < scopes.size(); ++i)
        EXPECT_EQ(std::string_view(scopes[i].as_string()), api_key_scopes[i]);
}

} // namespace
} // namespace xentree
