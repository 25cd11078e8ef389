#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "features/connectors/provider_call.h"
#include "features/connectors/providers.h"

namespace xentree {

// What a provider's token endpoint granted.
struct TokenSet {
    std::string access_token;
    std::optional<std::string> refresh_token; // nothing: the one before stays good
    Instant access_expires;
    std::optional<std::vector<std::string>> scopes; // as granted; nothing: as before, or as asked for
    std::optional<std::string> email;
};

// `invalid_grant`: the code or the refresh token is good no more.
struct GrantRefusal {
    bool is_withdrawal = false; // the provider says that the user took the consent back
};

using TokenAnswer = std::variant<TokenSet, GrantRefusal>;

// Proof Key for Code Exchange (RFC 7636): S256 of a random verifier of 43 characters.
std::string make_random_secret(); // 32 random bytes in base64url; serves as verifier, state and cookie
std::string pkce_challenge(std::string_view verifier);

// The authorization code grant with PKCE (RFC 6749, 7636) and revocation (RFC 7009) at one provider. It knows
// nothing of users. Cheap to make; must not outlive the provider. The calls run on an I/O thread.
class OAuthClient {
  public:
    OAuthClient(const OAuthProvider& provider, const Clock& clock, Milliseconds timeout) :
        provider_(provider), clock_(clock), timeout_(timeout) {}

    struct Authorization {
        std::string_view redirect_uri;
        std::string_view state;
        std::string_view challenge;
    };
    // Where the user's browser goes to.
    std::string authorization_url(const Authorization& wanted) const;

    struct CodeExchange {
        std::string code;
        std::string verifier;
        std::string redirect_uri; // that of the authorization
    };
    // Both throw ApiError: provider_error, provider_timeout, unavailable.
    Task<TokenAnswer> exchange(CodeExchange wanted) const;
    Task<TokenAnswer> refresh(std::string refresh_token) const;

    // Takes a refresh or access token and with it the whole consent back. A token that the provider does not
    // know is revoked already. Throws like the others.
    Task<void> revoke(std::string token) const;

  private:
    Task<ProviderAnswer> post(std::string url, std::string form, std::string_view what) const;
    Task<TokenAnswer> ask(std::string form) const;
    std::optional<TokenSet> read_tokens(std::string_view body) const;

    const OAuthProvider& provider_;
    const Clock& clock_;
    Milliseconds timeout_;
};

} // namespace xentree
