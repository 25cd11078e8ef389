#pragma once
#include <optional>

#include "features/organizations/policy.h"
#include "http/caller.h"
#include "storage/database.h"

// Who may do what in an organization; to be asked inside the transaction that acts, so that a change of role
// holds from the next request on.
namespace xentree {

// The present role; nothing where the user is no member.
std::optional<OrganizationRole> find_role(Reader& db, UserId user, OrganizationId organization);

// The caller's role. Throws ApiError(not_found) where there is none, where the caller's credential is
// confined to another organization, or where account or key have ended since the request was let in.
OrganizationRole require_member(Reader& db, const Caller& caller, OrganizationId organization);

// The same, and throws ApiError(forbidden) where that role may not.
OrganizationRole require(Reader& db, const Caller& caller, OrganizationId organization, Action action);

} // namespace xentree
