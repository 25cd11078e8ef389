#pragma once
#include "features/identity/accounts.h"
#include "features/identity/mailed_links.h"
#include "features/identity/sessions.h"
#include "http/api.h"

namespace xentree {

void answer_identity(Api& api, Accounts& accounts, Sessions& sessions, MailedLinks& links);

} // namespace xentree
