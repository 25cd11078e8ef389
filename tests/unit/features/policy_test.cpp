#include "features/organizations/policy.h"

#include <gtest/gtest.h>

#include <boost/mp11.hpp>

#include <map>
#include <set>

namespace xentree {
namespace {

using enum OrganizationRole;

// Of each action, who may: every role stands here by name, so the table is not compared with itself.
const std::map<Action, std::set<OrganizationRole>> expected = {
    {Action::read_organization, {owner, admin, instructor, member}},
    {Action::read_engagement, {owner, admin, instructor}},
    {Action::change_settings, {owner, admin}},
    {Action::see_addresses, {owner, admin}},
    {Action::manage_members, {owner, admin}},
    {Action::manage_invitations, {owner, admin}},
    {Action::make_strong_keys, {owner, admin}},
    {Action::manage_keys, {owner, admin}},
    {Action::issue_integration_tokens, {owner, admin}},
    {Action::revoke_integration_tokens, {owner, admin}},
    {Action::make_owners, {owner}},
    {Action::move_members, {owner}},
    {Action::delete_organization, {owner}},
};

template<class Enum, class F>
void for_each(F f) {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
        [&](auto described) { f(described.value, described.name); });
}

TEST(Policy, each_role_may_what_the_contract_says_and_nothing_else) {
    for_each<Action>([](Action action, const char* action_name) {
        ASSERT_TRUE(expected.contains(action)) << action_name;
        for_each<OrganizationRole>([&](OrganizationRole role, const char* role_name) {
            EXPECT_EQ(allows(role, action), expected.at(action).contains(role))
                << role_name << " " << action_name;
        });
    });
}

} // namespace
} // namespace xentree
