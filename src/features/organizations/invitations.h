#pragma once
#include <optional>
#include <string>

#include "features/audit/audit_log.h"
#include "features/idempotency/idempotency.h"
#include "features/mail/mail_queue.h"
#include "features/organizations/invitation_types.h"
#include "features/organizations/types.h"
#include "http/page.h"
#include "storage/database.h"

namespace xentree {

namespace invitations_store {
struct Invitation;
}

struct InvitationLimits {
    std::chrono::days life{7};
    std::int64_t pending = 1'000; // of one organization at once
    std::int64_t daily = 500;     // made by one user in 24 hours, in all organizations
};

// Links by which people join an organization. Of a link's token only the SHA-256 is kept; the answer to the
// creation has the link, and a mail where there is a mail server. Any thread.
class Invitations {
  public:
    struct Parts {
        Database& database;
        const Idempotency& idempotency;
        const AuditLog& audit;
        MailQueue& mail;
        const Clock& clock;
        InvitationLimits limits;
        std::string link_base; // before /invite
    };
    explicit Invitations(Parts parts);

    // For a server without a link_base in its settings, once it knows where it is; before the first request.
    void lead_links_to(std::string link_base);

    // Throws ApiError: not_found, forbidden, idempotency_key_reused, personal_organization, already_member,
    // rate_limited (too many pending, made in a day, or mailed to the address), unavailable (of the mail).
    //
    // already_member is told only of members whose address the caller sees in the list of members: whoever
    // was added by another's act keeps his address to himself, and is invited like a stranger.
    Task<InvitationResponse> create(Caller caller, OrganizationId organization,
                                    InvitationCreateRequest request);
    // Throws ApiError: not_found, forbidden.
    Task<Page<InvitationResponse>> list(Caller caller, OrganizationId organization, InvitationFilter filter,
                                        PageRequest page);
    // Throws ApiError: not_found, forbidden, invitation_accepted.
    Task<void> revoke(Caller caller, OrganizationId organization, InvitationId id);

    // Throws ApiError: not_found, forbidden (another address), already_member, invitation_accepted,
    // invitation_revoked, invitation_expired.
    Task<MemberResponse> accept(Caller caller, std::string token);

  private:
    struct Wanted;
    struct Outcome;
    bool make(Writer& db, const Caller& caller, const Wanted& wanted) const;
    void revoke_former(Writer& db, const Caller& caller, const Wanted& wanted) const;
    void join(Writer& db, const Caller& caller, const invitations_store::Invitation& invitation) const;
    void count_in(Writer& db, UserId inviter, OrganizationId organization) const;
    Parts parts_;
};

} // namespace xentree
