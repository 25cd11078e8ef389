#include "features/organizations/memberships.h"

namespace xentree {

std::optional<OrganizationRole> find_role(Reader& db, UserId user, OrganizationId organization) {
    return db.one<OrganizationRole>(
        "SELECT role FROM memberships WHERE organization_id = $1 AND user_id = $2", organization, user);
}

OrganizationRole require_member(Reader& db, const Caller& caller, OrganizationId organization) {
    const bool is_confined_elsewhere = caller.bound_to() && *caller.bound_to() != organization;
    const auto role = is_confined_elsewhere ? std::nullopt : find_role(db, caller.user, organization);
    if (!role)
        throw ApiError::absent("organization");
    return *role;
}

OrganizationRole require(Reader& db, const Caller& caller, OrganizationId organization, Action action) {
    const OrganizationRole role = require_member(db, caller, organization);
    if (!allows(role, action))
        throw ApiError(ErrorCode::forbidden);
    return role;
}

} // namespace xentree
