#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/audit/audit_log.h"
#include "features/integration_tokens/token_types.h"
#include "features/integration_tokens/token_verifier.h"
#include "http/page.h"
#include "storage/database.h"

namespace xentree {

// An integration token as it is named to be revoked: by its claims, or by an id that need not be known here.
struct NamedToken {
    OrganizationId organization;
    std::string jti; // a UUID in small letters
    std::optional<IntegrationClaims> claims;

    static NamedToken of(const IntegrationClaims& claims);
    static NamedToken of(OrganizationId organization, const std::string& jti);
};

// The list of revoked integration tokens. What is on it stays for a year. Any thread.
class TokenRevocations {
  public:
    // Revocations by unknown ids that one organization can have on the list.
    static constexpr std::int64_t most_unknown = 10'000;
    static constexpr std::chrono::hours kept_for{365 * 24};

    struct Parts {
        Database& database;
        TokenVerifier& verifier;
        const AuditLog& audit;
        const Clock& clock;
    };
    explicit TokenRevocations(Parts parts) : parts_(parts) {}

    // The rules of an IntegrationRevokeRequest that its schema tells in words.
    static void check(const boost::json::object& body, std::vector<Fault>& faults);
    // Throws ApiError: validation_error (no token of this API, or of another organization), not_found,
    // forbidden, rate_limited (too many unknown ids).
    Task<IntegrationRevokeResponse> revoke(Caller caller, IntegrationRevokeRequest request);

    // Inside a write: whether the caller may. Throws ApiError(not_found) or ApiError(forbidden).
    void require_revoker(Reader& db, const Caller& caller, const NamedToken& token) const;
    // Inside a write, after that: puts it on the list, where it is not.
    IntegrationRevokeResponse put(Writer& db, const Caller& caller, const NamedToken& token,
                                  std::optional<std::string> reason) const;

    // For platform admins: the latest first. Throws ApiError(not_found).
    Task<Page<IntegrationTokenRevocationItem>> list(std::optional<OrganizationId> organization,
                                                    PageRequest page);

    void forget_old(Writer& db) const;

  private:
    std::optional<Instant> expiry_of(Reader& db, const NamedToken& token) const;
    void require_room(Reader& db, OrganizationId organization) const;

    Parts parts_;
};

} // namespace xentree
