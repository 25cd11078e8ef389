#include "features/organizations/memberships.h"

namespace xentree {

std::optional<OrganizationRole> find_role(Reader& db, UserId user, OrganizationId organization) {
    return db.one<OrganizationRole>(
        "SELECT role FROM memberships WHERE organization_id = $1 AND user_id = $2", organization, user);
}

namespace {

const std::string select_present_role = "SELECT memberships.role FROM memberships "
                                        "JOIN users ON users.id = memberships.user_id AND users.is_active ";
const std::string of_member = "WHERE memberships.organization_id = $1 AND memberships.user_id = $2";
const std::string select_role_of_user = select_present_role + of_member;
const std::string select_role_of_key = select_present_role + "JOIN api_keys ON api_keys.id = $3 " + of_member;

// The account or the key may have ended since the request was let in, while it waited for its turn to write.
std::optional<OrganizationRole> find_present_role(Reader& db, const Caller& caller,
                                                  OrganizationId organization) {
    if (caller.bound_to() && *caller.bound_to() != organization)
        return std::nullopt;
    return caller.key
               ? db.one<OrganizationRole>(select_role_of_key, organization, caller.user, caller.key->id)
               : db.one<OrganizationRole>(select_role_of_user, organization, caller.user);
}

} // namespace

OrganizationRole require_member(Reader& db, const Caller& caller, OrganizationId organization) {
    const auto role = find_present_role(db, caller, organization);
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
