#pragma once
#include "features/integration_tokens/tenant_keys.h"
#include "http/api.h"

namespace xentree {

// Answers the operations of Integration Tokens. All parts must outlive the Api.
void answer_integration_tokens(Api& api, TenantKeys& keys);

} // namespace xentree
