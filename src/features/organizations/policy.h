#pragma once
#include <boost/describe.hpp>

#include "features/organizations/roles.h"

namespace xentree {

// What a member may want to do in an organization.
BOOST_DEFINE_ENUM_CLASS(Action, read_organization, change_settings, see_addresses, manage_members,
                        make_owners, move_members, delete_organization, manage_invitations, make_strong_keys,
                        manage_keys, issue_integration_tokens, revoke_integration_tokens, read_engagement)

// The one place that says which role may do what.
bool allows(OrganizationRole role, Action action);

} // namespace xentree
