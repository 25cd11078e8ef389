#pragma once
#include "features/audit/audit_log.h"
#include "features/idempotency/idempotency.h"
#include "features/organizations/types.h"
#include "http/page.h"
#include "storage/database.h"

namespace xentree {

// The rules between members of a MemberAddRequest.
void check_member_add(const boost::json::object& body, std::vector<Fault>& faults);

// A member whose role is another, or who is a member no longer.
struct RoleChange {
    OrganizationId organization;
    UserId user;
    OrganizationRole before = OrganizationRole::member;
    std::optional<OrganizationRole> now;
};

// What follows from it, in the same transaction and after it is written. Every change of a role and every end
// of a membership goes through here, but for those that end with the account or the organization, where
// foreign keys do it.
void after_role_change(Writer& db, const RoleChange& change, Instant at);

// Who is in an organization and as what. policy.h says who may; beside it hold: an organization keeps an
// owner, and a personal organization its one member. All of it is decided in the transaction that writes.
// All throw ApiError(not_found) and, but for list, forbidden. Any thread.
class Members {
  public:
    struct Parts {
        Database& database;
        const Idempotency& idempotency;
        const AuditLog& audit;
        const Clock& clock;
    };
    explicit Members(Parts parts) : parts_(parts) {}

    Task<Page<MemberResponse>> list(Caller caller, OrganizationId organization, MemberFilter filter,
                                    PageRequest page);
    // The rules between members of the request hold already. Throws ApiError: user_not_found, already_member,
    // personal_organization.
    Task<MemberResponse> add(Caller caller, OrganizationId organization, MemberAddRequest request);
    // All or nothing. Throws ApiError: last_owner, already_member, personal_organization.
    Task<MemberResponse> update(Caller caller, MemberPath member, MemberUpdateRequest changes);
    // Any member may remove itself. Throws ApiError(last_owner).
    Task<void> remove(Caller caller, MemberPath member);

  private:
    MemberResponse change(Writer& db, const Caller& caller, const MemberResponse& member,
                          const MemberUpdateRequest& changes) const;
    MemberResponse move(Writer& db, const Caller& caller, const MemberResponse& member,
                        const MemberUpdateRequest& changes) const;
    Parts parts_;
};

} // namespace xentree
