#pragma once
#include "features/organizations/members.h"
#include "features/organizations/organizations.h"
#include "http/api.h"

namespace xentree {

// Answers the operations on organizations and their members. Both must outlive the api.
void answer_organizations(Api& api, Organizations& organizations, Members& members);

} // namespace xentree
