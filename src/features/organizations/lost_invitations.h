#pragma once
#include "base/id.h"
#include "base/time.h"
#include "features/organizations/policy.h"
#include "storage/database.h"

namespace xentree {

// What a member must be allowed to for inviting somebody as that.
Action inviting_as(OrganizationRole role);

// Revokes the pending invitations of an inviter that his role does not carry any more. To be called after
// each change of a membership and of whether an account is active, in the transaction of the change; before
// an account is deleted it is made inactive.
void revoke_lost_invitations(Writer& db, UserId inviter, Instant now);

} // namespace xentree
