#include "features/organizations/policy.h"

#include <stdexcept>

namespace xentree {

namespace {

using enum OrganizationRole;

// The weakest role that may.
struct Row {
    Action action;
    OrganizationRole least;
};

constexpr Row table[] = {
    {Action::read_organization, member},
    {Action::read_engagement, instructor},
    {Action::change_settings, admin},
    {Action::see_addresses, admin}, // of those who came in by their own act
    {Action::manage_members, admin},
    {Action::manage_invitations, admin},
    {Action::make_strong_keys, admin},
    {Action::manage_keys, admin},
    {Action::issue_integration_tokens, admin},
    {Action::revoke_integration_tokens, admin},
    {Action::make_owners, owner},
    {Action::move_members, owner},
    {Action::delete_organization, owner},
};

} // namespace

bool allows(OrganizationRole role, Action action) {
    for (const auto& row : table) {
        if (row.action == action)
            return role <= row.least; // the strongest role is the first
    }
    throw std::logic_error("an action without a row");
}

} // namespace xentree
