#pragma once
#include <string>

#include "features/audit/audit_log.h"
#include "features/identity/access_token_keys.h"
#include "features/identity/last_uses.h"
#include "features/identity/login_guard.h"
#include "features/identity/store.h"
#include "features/identity/types.h"
#include "http/authenticator.h"
#include "http/page.h"
#include "security/passwords.h"
#include "storage/database.h"

namespace xentree {

// Logins: sessions, their access tokens and the rotation of their refresh tokens. Any thread.
class Sessions final : public BearerAuthenticator {
  public:
    static constexpr std::chrono::minutes access_token_life{15};
    static constexpr std::chrono::hours refresh_token_life{30 * 24};

    struct Parts {
        Database& database;
        AccessTokenKeys& keys;
        Passwords& passwords;
        LoginGuard& guard;
        const AuditLog& audit;
        const Clock& clock;
    };
    explicit Sessions(Parts parts) : parts_(parts) {}

    // Throws ApiError(invalid_credentials) alike, and after the same work, for an unknown name, a wrong
    // password and a deactivated account; ApiError(rate_limited).
    Task<TokenResponse> log_in(Visitor visitor, LoginRequest request);
    // Throws ApiError: invalid_token, token_expired, refresh_token_reused (which ends the session).
    Task<TokenResponse> refresh(Visitor visitor, std::string refresh_token);
    Task<LogoutResponse> log_out(Caller caller, bool all_sessions);

    Task<Caller> authenticate_bearer(std::string token, Visitor visitor) override;

    // Sessions that can still be used, newest first.
    Task<Page<SessionResponse>> list(Caller caller, PageRequest page);
    // Throws ApiError(not_found) where the caller has no such session that can still be used.
    Task<void> end(Caller caller, SessionId session);

    // Writes down when sessions were last used; meant for every few seconds. Blocks.
    void write_uses();
    // Deletes what ended long ago.
    void forget_old(Writer& db) const;

  private:
    struct Found {
        std::optional<identity_store::Account> account;
        bool knows_address = false; // the account was used from it of late
    };
    Task<Found> find(std::string name, std::string address);
    Task<std::optional<TokenResponse>> try_to_log_in(const Visitor& visitor, const LoginRequest& request);
    TokenResponse make_tokens(UserId user, SessionId session, const std::string& refresh_token) const;
    Parts parts_;
    LastUses<SessionId> uses_;
};

} // namespace xentree
