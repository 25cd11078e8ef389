#pragma once
#include "features/integration_tokens/token_grants.h"
#include "features/integration_tokens/token_revocations.h"
#include "features/integration_tokens/token_verifier.h"
#include "http/api.h"

namespace xentree {

struct IntegrationGrants {
    TokenGrants& grants;
    TokenVerifier& verifier;
    TokenRevocations& revocations;
};

// Answers the operations on integration tokens. The parts must outlive the api.
void answer_integration_grants(Api& api, IntegrationGrants parts);

} // namespace xentree
