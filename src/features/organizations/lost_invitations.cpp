#include "features/organizations/lost_invitations.h"

#include "features/organizations/invitations_store.h"

namespace xentree {

namespace store = invitations_store;

Action inviting_as(OrganizationRole role) {
    return role == OrganizationRole::owner ? Action::make_owners : Action::manage_invitations;
}

void revoke_lost_invitations(Writer& db, UserId inviter, Instant now) {
    for (const auto& invitation : store::list_of_inviter(db, inviter, now)) {
        const auto& role = invitation.inviter_role;
        if (!role || !allows(*role, inviting_as(invitation.role)))
            store::revoke(db, invitation.organization, invitation.id, now);
    }
}

} // namespace xentree
