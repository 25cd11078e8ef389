#pragma once
#include <optional>
#include <string>

#include "features/integration_tokens/tenant_keys.h"
#include "features/integration_tokens/token_types.h"
#include "http/authenticator.h"
#include "storage/database.h"

namespace xentree {

// The `subject` of the grant; nothing where it named none.
std::optional<std::string> subject_of(const IntegrationClaims& claims);

// Judges integration tokens: what they say by their signature, whether they act by one read of the database,
// which no cache stands before. So a revocation, a deleted key, a member who left or an account that was
// deactivated ends a token with the next request, on every node. Any thread.
class TokenVerifier final : public IntegrationAuthenticator {
  public:
    // Known tokens are kept so long past their end; of one that is older only that it has expired is told.
    static constexpr std::chrono::hours kept_for{24};

    struct Parts {
        Database& database;
        TenantKeys& keys;
        const Clock& clock;
        std::string issuer; // the `iss` of this API's tokens
    };
    explicit TokenVerifier(Parts parts) : parts_(std::move(parts)) {}

    const std::string& issuer() const { return parts_.issuer; }

    // What a token says that this API has signed, whatever became of it since; nothing of any other text.
    Task<std::optional<IntegrationClaims>> read_genuine(std::string token);

    Task<IntegrationVerifyResponse> verify(Caller caller, IntegrationVerifyRequest request);

    bool recognizes(std::string_view token) const override;
    Task<Caller> authenticate_integration(std::string token, Visitor visitor) override;

    // Forgets tokens that expired long ago.
    void forget_old(Writer& db) const;

  private:
    std::optional<ReadToken> read_own(std::string_view token) const;

    Parts parts_;
};

} // namespace xentree
