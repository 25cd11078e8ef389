#pragma once
#include "features/organizations/invitations.h"
#include "http/api.h"

namespace xentree {

// Answers the operations of invitations. `invitations` must outlive the api.
void answer_invitations(Api& api, Invitations& invitations);

} // namespace xentree
