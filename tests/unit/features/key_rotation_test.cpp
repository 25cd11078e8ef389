#include "features/integration_tokens/key_rotation.h"

#include "tenants.h"

namespace xentree {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using Status = IntegrationKeyStatus;

class KeyRotationTest : public Tenants {
  public:
    std::vector<Status> statuses(TenantKeys& node) {
        std::vector<Status> found;
        for (const auto& key : published(node))
            found.push_back(key.status);
        return found;
    }
    // What is in the log of audits, by kind.
    std::int64_t noted(std::string_view action) {
        std::int64_t number = 0;
        database->read_now([&](Reader& db) {
            number = *db.one<std::int64_t>("SELECT COUNT(*) FROM audit_log WHERE action = $1", action);
        });
        return number;
    }
};

TEST_P(KeyRotationTest, the_next_key_is_published_longer_than_key_sets_are_kept_before_it_signs) {
    const SignedToken before = sign(here);
    const auto outcome = rotation.rotate(organization);
    ASSERT_TRUE(outcome && outcome->is_new);
    EXPECT_EQ(outcome->activates_at, noon + minutes(6));
    EXPECT_EQ(statuses(here), (std::vector{Status::active, Status::next}));
    EXPECT_EQ(published(there)[1].kid, outcome->kid);
    clock.set(outcome->activates_at - Milliseconds(1));
    EXPECT_EQ(sign(here).kid, before.kid);
    clock.advance(Milliseconds(1));
    EXPECT_EQ(sign(here).kid, outcome->kid);
    EXPECT_EQ(sign(there).kid, outcome->kid);
    EXPECT_EQ(statuses(there), (std::vector{Status::active, Status::retired}));
}

TEST_P(KeyRotationTest, a_retired_key_verifies_until_its_last_token_has_expired) {
    const SignedToken before = sign(here);
    clock.set(rotation.rotate(organization)->activates_at);
    clock.advance(minutes(20));
    EXPECT_TRUE(is_good(here, before));
    EXPECT_EQ(loop.await(there.sign_again(organization, before.kid, claims()))->empty(), false);
    EXPECT_EQ(published(here).size(), 2u);
    rotation.forget_old();
    EXPECT_EQ(count(), 2);
    clock.advance(Milliseconds(1));
    EXPECT_FALSE(is_good(here, before));
    EXPECT_FALSE(loop.await(there.sign_again(organization, before.kid, claims())));
    EXPECT_EQ(published(here).size(), 1u);
    EXPECT_EQ(count(), 2);
    rotation.forget_old();
    EXPECT_EQ(count(), 1);
}

TEST_P(KeyRotationTest, tokens_of_the_old_and_the_new_key_verify_side_by_side) {
    const SignedToken before = sign(here);
    clock.set(rotation.rotate(organization)->activates_at);
    const SignedToken after = sign(here);
    EXPECT_NE(after.kid, before.kid);
    for (TenantKeys* node : {&here, &there}) {
        EXPECT_TRUE(is_good(*node, before));
        EXPECT_TRUE(is_good(*node, after));
    }
}

TEST_P(KeyRotationTest, there_is_one_next_key_however_often_it_is_asked_for) {
    sign(here);
    const auto first = rotation.rotate(organization);
    const auto second = rotation_there.rotate(organization);
    EXPECT_FALSE(second->is_new);
    EXPECT_EQ(second->kid, first->kid);
    EXPECT_EQ(count(), 2);
    EXPECT_EQ(noted("integration_key.published"), 1);
}

TEST_P(KeyRotationTest, nodes_that_rotate_at_once_make_one_next_key) {
    sign(here);
    const auto ends =
        at_once(4, [&](Loop&, int i) { (i % 2 ? rotation : rotation_there).rotate(organization); });
    EXPECT_EQ(ends, std::vector(4, std::optional<ErrorCode>()));
    EXPECT_EQ(count(), 2);
}

TEST_P(KeyRotationTest, an_organization_without_a_key_gets_none) {
    EXPECT_FALSE(rotation.rotate(organization));
    rotation.rotate_one_due();
    EXPECT_EQ(count(), 0);
}

TEST_P(KeyRotationTest, by_age_a_key_is_followed_after_90_days_and_not_before) {
    const SignedToken before = sign(here);
    clock.set(noon + days(90) - Milliseconds(1));
    rotation.rotate_one_due();
    EXPECT_EQ(count(), 1);
    clock.advance(Milliseconds(1));
    rotation.rotate_one_due();
    rotation_there.rotate_one_due();
    EXPECT_EQ(count(), 2);
    EXPECT_EQ(sign(here).kid, before.kid);
    clock.advance(minutes(6));
    EXPECT_NE(sign(here).kid, before.kid);
    clock.advance(days(90) - Milliseconds(1));
    rotation.rotate_one_due();
    EXPECT_EQ(count(), 2);
}

TEST_P(KeyRotationTest, of_many_that_are_due_each_call_serves_one) {
    sign(here);
    std::vector<OrganizationId> others;
    for (int i = 0; i < 3; ++i) {
        others.push_back(OrganizationId::make(noon));
        add(others.back());
        loop.await(here.sign(others.back(), claims()));
    }
    clock.advance(days(90));
    for (int calls = 1; calls <= 4; ++calls) {
        rotation.rotate_one_due();
        EXPECT_EQ(count(), 4 + calls);
    }
    rotation.rotate_one_due();
    EXPECT_EQ(count(), 8);
    for (const auto& other : others)
        EXPECT_EQ(loop.await(here.published(other)).size(), 2u);
}

TEST_P(KeyRotationTest, the_set_never_has_more_than_twenty) {
    sign(here);
    for (int i = 0; i < 12; ++i) {
        clock.set(rotation.rotate(organization)->activates_at);
        rotation.forget_old();
        EXPECT_LE(published(here).size(), 5u);
    }
}

TEST_P(KeyRotationTest, all_that_have_a_key_are_rotated_at_the_operators_word) {
    sign(here);
    const OrganizationId other = OrganizationId::make(noon);
    add(other);
    loop.await(here.sign(other, claims()));
    add(OrganizationId::make(noon)); // has none
    std::vector<OrganizationId> told;
    rotation.rotate_all([&](OrganizationId id, const KeyRotation::Outcome& outcome) {
        EXPECT_TRUE(outcome.is_new);
        told.push_back(id);
    });
    EXPECT_EQ(told, (std::vector{organization, other}));
    EXPECT_EQ(count(), 4);
    EXPECT_EQ(noted("integration_key.published"), 2);
}

TEST_P(KeyRotationTest, a_withdrawn_key_signs_no_more_and_is_unknown_within_ten_seconds) {
    const SignedToken before = sign(here);
    EXPECT_TRUE(is_good(here, before));
    rotation.rotate(organization);
    EXPECT_EQ(rotation.withdraw(organization), 2);
    const SignedToken after = sign(here); // at once, on a node that knew the old one
    EXPECT_NE(after.kid, before.kid);
    EXPECT_EQ(published(here).size(), 1u);
    EXPECT_TRUE(is_good(here, after));
    EXPECT_TRUE(is_good(there, after));
    EXPECT_FALSE(is_good(there, before));
    EXPECT_FALSE(loop.await(there.sign_again(organization, before.kid, claims())));
    clock.advance(Seconds(10));
    EXPECT_FALSE(is_good(here, before));
    EXPECT_EQ(noted("integration_keys.withdrawn"), 1);
}

TEST_P(KeyRotationTest, what_is_withdrawn_of_one_organization_leaves_the_others) {
    sign(here);
    const OrganizationId other = OrganizationId::make(noon);
    add(other);
    const auto kept = loop.await(here.sign(other, claims()));
    rotation.withdraw(organization);
    EXPECT_EQ(loop.await(here.published(other))[0].kid, kept.kid);
    EXPECT_EQ(rotation.withdraw_all(), 1);
    EXPECT_EQ(count(), 0);
}

TEST_P(KeyRotationTest, made_up_kids_are_looked_up_once_a_second) {
    sign(here);
    EXPECT_FALSE(loop.await(here.find(organization, "made-up")));
    rotation.withdraw(organization);
    const SignedToken after = sign(there);
    EXPECT_FALSE(loop.await(here.find(organization, after.kid))); // within the second of the look before
    clock.advance(Seconds(1));
    EXPECT_TRUE(is_good(here, after));
}

TEST_P(KeyRotationTest, a_clock_that_is_set_back_leaves_an_active_key) {
    const SignedToken before = sign(here);
    clock.set(noon - days(1));
    EXPECT_EQ(sign(here).kid, before.kid);
    EXPECT_EQ(statuses(there), std::vector{Status::active});
    EXPECT_TRUE(is_good(there, before));
    EXPECT_EQ(count(), 1);
}

TEST_P(KeyRotationTest, an_organization_is_found_by_its_id_or_slug) {
    EXPECT_EQ(rotation.find_organization(organization.text()), organization);
    run("UPDATE organizations SET slug = 'school' WHERE id = $1", organization);
    EXPECT_EQ(rotation.find_organization("school"), organization);
    EXPECT_NE(message_of([&] { rotation.find_organization(nobody.text()); }), "");
    EXPECT_NE(message_of([&] { rotation.find_organization("other"); }), "");
}

XENTREE_HOLDS_ON_EACH_DATABASE(KeyRotationTest);

} // namespace
} // namespace xentree
