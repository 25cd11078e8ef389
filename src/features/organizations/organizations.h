#pragma once
#include "features/audit/audit_log.h"
#include "features/idempotency/idempotency.h"
#include "features/organizations/types.h"
#include "http/page.h"
#include "storage/database.h"

namespace xentree {

// Organizations as such; members.h has who is in them. To a credential that is confined to one, any other is
// absent. Any thread.
class Organizations {
  public:
    struct Parts {
        Database& database;
        const Idempotency& idempotency;
        const AuditLog& audit;
        const Clock& clock;
    };
    explicit Organizations(Parts parts) : parts_(parts) {}

    Task<Page<OrganizationResponse>> list(Caller caller, PageRequest page);
    // The caller is the owner, also behind a key, which does not reach it. Throws ApiError(slug_taken).
    Task<OrganizationResponse> create(Caller caller, OrganizationCreateRequest request);
    // Throws ApiError(not_found), and so do the following.
    Task<OrganizationResponse> get(Caller caller, OrganizationId organization);
    // Throws ApiError: forbidden, slug_taken.
    Task<OrganizationResponse> update(Caller caller, OrganizationId organization,
                                      OrganizationUpdateRequest changes);
    // With everything that it owns. In one transaction, but for the members of a large one: they go a few
    // thousand at a time before, so that nobody else's writes wait for seconds. Asked again, it goes on where
    // it was stopped. Throws ApiError: forbidden, personal_organization.
    Task<void> remove(Caller caller, OrganizationId organization);

  private:
    bool remove_part(Writer& db, const Caller& caller, OrganizationId organization) const;
    Parts parts_;
};

} // namespace xentree
