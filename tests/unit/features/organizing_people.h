#pragma once
#include "features/api_keys/api_keys.h"
#include "features/organizations/members.h"
#include "features/organizations/memberships.h"
#include "features/organizations/organizations.h"
#include "people.h"

namespace xentree {

// People and their organizations on a database of each kind.
class OrganizingPeople : public People {
  public:
    using Role = OrganizationRole;

    OrganizationId found(const Caller& owner, const std::string& name = "Acme") {
        return loop.await(organizations.create(owner, {name, {}, {}})).id;
    }
    void join(const Caller& by, OrganizationId organization, UserId user, Role role = Role::member) {
        MemberAddRequest request{user, {}, role, {}};
        loop.await(members.add(by, organization, std::move(request)));
    }
    std::optional<Role> role_of(UserId user, OrganizationId organization) {
        std::optional<Role> role;
        database->read_now([&](Reader& db) { role = find_role(db, user, organization); });
        return role;
    }
    std::int64_t count_owners(OrganizationId organization) {
        return look_up<std::int64_t>(
            "SELECT COUNT(*) FROM memberships WHERE organization_id = $1 AND role = 'owner'", organization);
    }
    OrganizationId default_of(UserId user) {
        return look_up<OrganizationId>("SELECT default_organization_id FROM users WHERE id = $1", user);
    }
    void make_default(UserId user, OrganizationId organization) {
        database->write_now([&](Writer& db) {
            db.run("UPDATE users SET default_organization_id = $2 WHERE id = $1", user, organization);
        });
    }
    // `action target details` of all that was noted, oldest first.
    std::vector<std::string> noted(OrganizationId organization) {
        std::vector<std::string> lines;
        database->read_now([&](Reader& db) {
            lines = db.all<std::string>("SELECT action || ' ' || target || ' ' || details FROM audit_log "
                                        "WHERE organization = $1 ORDER BY id",
                                        organization);
        });
        return lines;
    }
    Task<MemberResponse> set_role(const Caller& by, OrganizationId organization, UserId user, Role role) {
        return members.update(by, {organization, user}, {role, {}, {}});
    }

    AuditLog audit{clock};
    Organizations organizations{{*database, idempotency, audit, clock}};
    Members members{{*database, idempotency, audit, clock}};
};

} // namespace xentree
