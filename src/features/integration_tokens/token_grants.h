#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/audit/audit_log.h"
#include "features/idempotency/idempotency.h"
#include "features/integration_tokens/tenant_keys.h"
#include "features/integration_tokens/token_revocations.h"
#include "features/integration_tokens/token_types.h"
#include "features/integration_tokens/token_verifier.h"
#include "storage/database.h"

namespace xentree {

// Issues integration tokens. The token itself is kept nowhere: a replay by Idempotency-Key signs the same
// claims again with the same key, which gives the same token. Any thread.
class TokenGrants {
  public:
    struct Parts {
        Database& database;
        TenantKeys& keys;
        TokenVerifier& verifier;
        TokenRevocations& revocations;
        const Idempotency& idempotency;
        const AuditLog& audit;
        const Clock& clock;
    };
    explicit TokenGrants(Parts parts) : parts_(parts) {}

    // The rules of the requests that their schemas tell in words.
    static void check_grant(const boost::json::object& body, std::vector<Fault>& faults);
    static void check_rotation(const boost::json::object& body, std::vector<Fault>& faults);

    // Throws ApiError: insufficient_api_key_scope (the key lacks the scope behind one granted), not_found (no
    // organization of the caller's), forbidden, idempotency_key_reused.
    Task<IntegrationGrantResponse> grant(Caller caller, IntegrationGrantRequest request);
    // Also validation_error (no token of this API), and rate_limited like TokenRevocations::revoke.
    Task<IntegrationRotateResponse> rotate(Caller caller, IntegrationRotateRequest request);

    // Of a token that was issued all but its signature; what is kept for a replay.
    struct Issued {
        std::string kid;
        IntegrationClaims claims;
        std::optional<std::string> previous_jti;
        bool previous_revoked = false;
    };

  private:
    struct Previous { // the old token of a rotation; with neither there is none
        std::optional<IntegrationClaims> claims;
        std::optional<std::string> jti; // of the organization that issues
        bool is_to_go = false;
        std::optional<std::string> reason;
    };
    struct Signed {
        std::string token;
        Issued issued;
    };

    Task<Signed> issue(Caller caller, IntegrationGrantRequest request, Previous previous);
    IntegrationClaims make_claims(const Caller& caller, OrganizationId organization,
                                  const IntegrationGrantRequest& request) const;
    Issued write_down(Writer& db, const Caller& caller, Issued made, const Previous& previous) const;

    Parts parts_;
};

} // namespace xentree
