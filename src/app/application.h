#pragma once
#include <memory>
#include <string>

#include "app/connectors.h"
#include "app/settings.h"
#include "base/time.h"
#include "features/ai_usage/ai_usage.h"
#include "features/api_keys/api_keys.h"
#include "features/audit/audit_log.h"
#include "features/conversations/chat.h"
#include "features/conversations/conversations.h"
#include "features/health/health.h"
#include "features/idempotency/idempotency.h"
#include "features/identity/accounts.h"
#include "features/identity/mailed_links.h"
#include "features/identity/sessions.h"
#include "features/integration_tokens/grant_operations.h"
#include "features/integration_tokens/key_rotation.h"
#include "features/integration_tokens/tenant_keys.h"
#include "features/mail/mail_sender.h"
#include "features/organizations/invitations.h"
#include "features/organizations/members.h"
#include "features/organizations/organizations.h"
#include "http/api.h"

namespace xentree {

// The parts that every command needs. Throws std::runtime_error with a sentence for the operator.
struct Foundation {
    explicit Foundation(const Settings& settings);

    std::unique_ptr<Clock> clock;
    std::unique_ptr<MasterKey> master_key;
    std::unique_ptr<Database> database;
};

// All parts of the server, put together; the one place that knows every one of them. It ends in two steps:
// close() before the event loops are gone, which work under way comes back to; the destructor after them,
// since what is left of requests there still refers to its parts.
class Application {
  public:
    // The database must have been migrated.
    Application(const Settings& settings, Foundation foundation);

    Api& api() { return api_; }
    const Contract& contract() const { return contract_; }
    Accounts& accounts() { return *accounts_; }
    AccessTokenKeys& access_token_keys() { return *keys_; }
    Sessions& sessions() { return *sessions_; }
    ApiKeys& api_keys() { return *api_keys_; }
    TenantKeys& tenant_keys() { return *tenant_keys_; }
    Invitations& invitations() { return *invitations_; }
    TokenVerifier& token_verifier() { return *token_verifier_; }
    WorkerPool& workers() { return workers_; }
    const MailQueue& mail_queue() const { return *mail_queue_; }
    MailSender* mail_sender() { return mail_sender_.get(); } // null where mail is not configured
    const Clock& clock() const { return *foundation_.clock; }
    std::string_view database_kind() const { return foundation_.database->kind(); }
    const MasterKey& master_key() const { return *foundation_.master_key; }

    // What has to be done every few seconds: blocks for a moment. Answers nothing; failures are logged.
    void upkeep();
    // Finishes what databases and workers have begun.
    void close();

  private:
    void write_uses();
    void rotate_tenant_keys();
    void end_consents();
    void make_mail_sender(const Settings& settings);
    void make_integration_tokens(const Settings& settings);

    Foundation foundation_;
    Contract contract_;
    Api api_;
    WorkerPool workers_;
    WorkerPool key_making_;
    std::unique_ptr<Passwords> passwords_;
    std::unique_ptr<ChatRouting> routing_;
    std::unique_ptr<LoginGuard> guard_;
    std::unique_ptr<Idempotency> idempotency_;
    std::unique_ptr<AuditLog> audit_;
    std::unique_ptr<AccessTokenKeys> keys_;
    std::unique_ptr<MailQueue> mail_queue_;
    std::unique_ptr<AccountMail> account_mail_;
    std::unique_ptr<Connectors> connectors_;
    std::unique_ptr<Accounts> accounts_;
    std::unique_ptr<Sessions> sessions_;
    std::unique_ptr<ApiKeys> api_keys_;
    std::unique_ptr<TenantKeys> tenant_keys_;
    std::unique_ptr<KeyRotation> key_rotation_;
    std::unique_ptr<Organizations> organizations_;
    std::unique_ptr<Members> members_;
    std::unique_ptr<Invitations> invitations_;
    std::unique_ptr<TokenVerifier> token_verifier_;
    std::unique_ptr<TokenRevocations> token_revocations_;
    std::unique_ptr<TokenGrants> token_grants_;
    std::unique_ptr<AiUsage> ai_usage_;
    std::unique_ptr<MailedLinks> mailed_links_;
    std::unique_ptr<Mailer> mailer_; // null like the sender
    std::unique_ptr<MailSender> mail_sender_;
    std::unique_ptr<Conversations> conversations_;
    std::unique_ptr<Chat> chat_;
    std::unique_ptr<Health> health_;
    Instant kept_up_at_;
    Instant forgot_at_;
};

// The steps of a Foundation, for who takes them one by one. Each throws like it.
void make_data_directory(const Settings& settings);
std::unique_ptr<Clock> make_clock(const Settings& settings);
std::unique_ptr<MasterKey> load_master_key(const Settings& settings);
std::unique_ptr<Database> open_database(const Settings& settings);

} // namespace xentree
