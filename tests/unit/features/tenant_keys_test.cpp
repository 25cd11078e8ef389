#include "features/integration_tokens/tenant_keys.h"

#include "tenants.h"

namespace xentree {
namespace {

class TenantKeysTest : public Tenants {};

TEST_P(TenantKeysTest, what_one_node_signs_another_verifies) {
    const SignedToken made = sign(here);
    EXPECT_TRUE(is_good(here, made));
    EXPECT_TRUE(is_good(there, made));
    EXPECT_EQ(sign(there).kid, made.kid);
    EXPECT_EQ(count(), 1);
}

TEST_P(TenantKeysTest, nodes_that_need_the_first_key_at_once_make_one) {
    const auto ends = at_once(
        6, [&](Loop& loop, int i) { loop.await((i % 2 ? here : there).sign(organization, claims())); });
    EXPECT_EQ(ends, std::vector(6, std::optional<ErrorCode>()));
    EXPECT_EQ(count(), 1);
    EXPECT_EQ(sign(here).kid, sign(there).kid);
}

TEST_P(TenantKeysTest, each_organization_has_a_key_of_its_own) {
    const SignedToken made = sign(here);
    const OrganizationId other = OrganizationId::make(noon);
    add(other);
    EXPECT_NE(loop.await(here.sign(other, claims())).kid, made.kid);
    EXPECT_FALSE(loop.await(here.find(other, made.kid)));
    EXPECT_EQ(loop.await(here.published(other)).size(), 1u);
}

TEST_P(TenantKeysTest, an_organization_that_is_none_has_no_keys_and_makes_none) {
    EXPECT_EQ(code_of([&] { loop.await(here.sign(nobody, claims())); }), ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { loop.await(here.published(nobody)); }), ErrorCode::not_found);
    EXPECT_FALSE(loop.await(here.find(nobody, "2026-05-04-00000000")));
    EXPECT_EQ(count(), 0);
}

TEST_P(TenantKeysTest, a_replay_has_the_same_token) {
    const IntegrationClaims same = claims();
    const auto first = loop.await(here.sign(organization, same));
    EXPECT_EQ(loop.await(there.sign_again(organization, first.kid, same)), first.token);
    EXPECT_FALSE(loop.await(there.sign_again(organization, "another", same)));
}

TEST_P(TenantKeysTest, a_deleted_organization_signs_nothing_and_its_tokens_are_void_within_ten_seconds) {
    const SignedToken made = sign(here);
    EXPECT_TRUE(is_good(here, made));
    run("DELETE FROM organizations WHERE id = $1", organization);
    EXPECT_EQ(code_of([&] { sign(here); }), ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { published(here); }), ErrorCode::not_found);
    EXPECT_FALSE(loop.await(here.sign_again(organization, made.kid, claims())));
    clock.advance(Seconds(10));
    EXPECT_FALSE(is_good(here, made));
    EXPECT_FALSE(is_good(there, made));
}

TEST_P(TenantKeysTest, what_is_published_verifies_and_has_the_keys_fingerprint) {
    const SignedToken made = sign(here);
    const auto keys = published(there);
    ASSERT_EQ(keys.size(), 1u);
    EXPECT_EQ(keys[0].kid, made.kid);
    EXPECT_EQ(keys[0].status, IntegrationKeyStatus::active);
    const auto key = loop.await(here.find(organization, made.kid));
    EXPECT_EQ(keys[0].n, key->n());
    EXPECT_EQ(keys[0].e, key->e());
    EXPECT_EQ(keys[0].fingerprint, key->fingerprint());
}

TEST_P(TenantKeysTest, the_private_half_is_sealed_for_its_organization_and_kid) {
    sign(here);
    const OrganizationId other = OrganizationId::make(noon);
    add(other);
    run("UPDATE integration_keys SET organization_id = $1", other);
    EXPECT_NE(message_of([&] { loop.await(there.sign(other, claims())); }), "");
    run("UPDATE integration_keys SET organization_id = $1", organization);
    EXPECT_EQ(message_of([&] { sign(there); }), "");
    run("UPDATE integration_keys SET kid = 'other'");
    EXPECT_NE(message_of([&] { sign(there); }), "");
}

TEST_P(TenantKeysTest, another_master_key_does_not_open_them_and_the_operator_is_told_what_to_do) {
    const MasterKey other_key = MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHhw");
    const auto check = [&](const MasterKey& with) {
        return message_of([&] { TenantKeys::check(*database, with); });
    };
    EXPECT_EQ(check(other_key), "");
    sign(here);
    EXPECT_EQ(check(master_key), "");
    const std::string message = check(other_key);
    EXPECT_NE(message.find("integration_keys"), std::string::npos) << message;
    EXPECT_NE(message.find("--master-key-file"), std::string::npos) << message;
}

XENTREE_HOLDS_ON_EACH_DATABASE(TenantKeysTest);

} // namespace
} // namespace xentree
