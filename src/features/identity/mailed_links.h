#pragma once
#include <string>

#include "features/audit/audit_log.h"
#include "features/identity/account_mail.h"
#include "features/identity/store.h"
#include "security/passwords.h"
#include "storage/database.h"

namespace xentree {

// Passwords forgotten and reset, and addresses verified: what works by links in mails. Any thread.
class MailedLinks {
  public:
    struct Parts {
        Database& database;
        Passwords& passwords;
        AccountMail& mail;
        const AuditLog& audit;
        const Clock& clock;
    };
    explicit MailedLinks(Parts parts) : parts_(parts) {}

    // Puts the request down and no more, so that the answer tells in no way whether there is such an account.
    // Throws ApiError: mail_not_configured, unavailable (too many are not looked up yet).
    Task<void> request_password_reset(std::string email);
    // Looks the first requests up that were put down, and sends links to those who have an account. Whether
    // there are more. Blocks.
    bool answer_reset_requests();
    // Throws ApiError(validation_error) where the token is good for nothing.
    Task<void> reset_password(Visitor visitor, PasswordResetRequest request);

    // Throws ApiError: validation_error (the token), email_taken.
    Task<void> verify_email(Visitor visitor, std::string token);
    // Throws ApiError: already_verified, rate_limited, mail_not_configured, unavailable.
    Task<void> send_verification(Caller caller);

    // Deletes tokens that have run out, and requests that nobody has looked up.
    void forget_old(Writer& db) const;

  private:
    void answer(Writer& db, const std::string& email_key) const;
    // Whether the account has another address by it.
    bool verify(Writer& db, identity_store::Account account, const std::string& address_key) const;
    void note(Writer& db, const Visitor& visitor, UserId user, std::string_view action) const;
    Parts parts_;
    // Of all nodes at the last look, and what was put down here since.
    std::atomic<std::int64_t> requests_{0};
};

} // namespace xentree
