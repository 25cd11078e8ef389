#pragma once
#include <functional>
#include <string>

#include "features/audit/audit_log.h"
#include "features/idempotency/idempotency.h"
#include "features/identity/account_mail.h"
#include "features/identity/login_guard.h"
#include "features/identity/store.h"
#include "features/identity/types.h"
#include "security/passwords.h"
#include "storage/database.h"

namespace xentree {

// The rules between members of a UserProfileUpdate.
void check_profile_update(const boost::json::object& body, std::vector<Fault>& faults);

// Accounts and their holders' profiles. Any thread.
class Accounts {
  public:
    struct Parts {
        Database& database;
        Passwords& passwords;
        LoginGuard& guard;
        const Idempotency& idempotency;
        AccountMail& mail;
        const AuditLog& audit;
        const Clock& clock;
        // Inside the write that deletes an account, before it is gone: what other parts have to do then.
        std::function<void(Writer&, UserId)> before_removal = [](Writer&, UserId) {};
    };
    explicit Accounts(Parts parts) : parts_(std::move(parts)) {}

    // The account and its personal organization, in one step. Throws ApiError: email_taken, username_taken.
    Task<UserProfile> register_user(Visitor visitor, RegisterRequest request);
    Task<UserProfile> profile(Caller caller);
    // The rules between members hold already. Throws ApiError: validation_error (a wrong current password),
    // email_taken, username_taken, not_found (no organization of the caller's), rate_limited (mails to the
    // new address).
    Task<UserProfile> update(Caller caller, UserProfileUpdate changes);
    // With everything that the account alone owns. Throws ApiError: validation_error (a wrong password),
    // last_owner (with the organizations).
    Task<void> remove(Caller caller, std::string current_password);

    // For the operator's command line; these block. Throw std::runtime_error with a sentence.
    UserProfile create_now(const RegisterRequest& request);
    void promote_now(const std::string& name);
    void set_plan_now(const std::string& name, Plan plan); // of the personal organization too
    void reset_password_now(const std::string& name, const std::string& password);
    // Ends all sessions where it is deactivated.
    void set_active_now(const std::string& name, bool is_active);
    void remove_now(const std::string& name);

  private:
    UserProfile insert(Writer& db, const RegisterRequest& request, const std::string& password_hash) const;
    // What a write made, and how many mails wait for it.
    struct Outcome {
        UserProfile profile;
        std::int64_t letters = 0;
    };
    // Deletes the account and writes down, by `note`, what goes.
    void erase(Writer& db, UserId user, const std::function<void(const AuditEntry&)>& note) const;
    bool change_email(Writer& db, const std::string& email, Outcome& outcome) const;
    Task<void> check_current_password(identity_store::Account account, std::string address,
                                      std::string password);
    Parts parts_;
};

} // namespace xentree
