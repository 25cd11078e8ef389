#include "app/application.h"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "app/mail.h"
#include "app/providers.h"
#include "app/version.h"
#include "base/log.h"
#include "features/ai_usage/operations.h"
#include "features/api_keys/operations.h"
#include "features/conversations/operations.h"
#include "features/identity/operations.h"
#include "features/integration_tokens/operations.h"
#include "features/organizations/invitation_operations.h"
#include "features/organizations/operations.h"

namespace xentree {

namespace {

constexpr std::chrono::minutes keeps_up_every{1};
constexpr std::chrono::hours forgets_every{1};
constexpr std::size_t worker_queue = 64; // calls that run or wait

} // namespace

void make_data_directory(const Settings& settings) {
    std::error_code error;
    const bool made = std::filesystem::create_directories(settings.data, error);
    if (error)
        throw std::runtime_error(
            fmt::format("The data directory {} cannot be made: {}. Choose another with --data.",
                        settings.data, error.message()));
    if (made) // others on this machine have nothing to read there
        std::filesystem::permissions(settings.data, std::filesystem::perms::owner_all, error);
}

std::unique_ptr<Clock> make_clock(const Settings& settings) {
    return settings.test_clock.empty() ? make_system_clock() : make_shifted_clock(settings.test_clock);
}

std::unique_ptr<MasterKey> load_master_key(const Settings& settings) {
    if (!settings.master_key.empty())
        return std::make_unique<MasterKey>(MasterKey::parse(settings.master_key));
    const std::string file =
        settings.master_key_file.empty() ? settings.data + "/master.key" : settings.master_key_file;
    return std::make_unique<MasterKey>(MasterKey::load_or_create(file));
}

std::unique_ptr<Database> open_database(const Settings& settings) {
    DatabaseOptions options;
    options.url =
        settings.database.empty() ? fmt::format("sqlite:{}/xentree.db", settings.data) : settings.database;
    options.connections = static_cast<std::size_t>(settings.database_connections);
    return open_database(options);
}

Foundation::Foundation(const Settings& settings) {
    make_data_directory(settings);
    clock = make_clock(settings);
    master_key = load_master_key(settings);
    database = open_database(settings);
}

Application::Application(const Settings& settings, Foundation foundation) :
    foundation_(std::move(foundation)), contract_(Contract::load(bundled_contract())), api_(contract_),
    workers_(1, worker_queue), key_making_(1, worker_queue, WorkerPool::Priority::low) {
    Database& database = *foundation_.database;
    const Clock& clock = *foundation_.clock;
    const MasterKey& master_key = *foundation_.master_key;

    PasswordOptions password_options;
    password_options.memory_kib = static_cast<std::size_t>(settings.argon2_memory_kib);
    passwords_ = std::make_unique<Passwords>(password_options);
    routing_ = make_routing(settings, workers_, clock);
    guard_ = std::make_unique<LoginGuard>(settings.limits.login_account, clock);
    idempotency_ = std::make_unique<Idempotency>(master_key, clock);
    audit_ = std::make_unique<AuditLog>(clock, std::chrono::days(settings.audit.keep_days));
    keys_ = std::make_unique<AccessTokenKeys>(database, master_key, clock);
    keys_->load();
    mail_queue_ =
        std::make_unique<MailQueue>(MailQueue::Parts{master_key, clock, !settings.mail.url.empty()});
    account_mail_ =
        std::make_unique<AccountMail>(AccountMail::Parts{*mail_queue_, clock, settings.mail.link_base});
    connectors_ = std::make_unique<Connectors>(
        settings, Connectors::Parts{database, master_key, *idempotency_, *audit_, clock});
    accounts_ = std::make_unique<Accounts>(
        Accounts::Parts{database, *passwords_, *guard_, *idempotency_, *account_mail_, *audit_, clock,
                        [this](Writer& db, UserId user) { connectors_->end_all(db, user); }});
    sessions_ =
        std::make_unique<Sessions>(Sessions::Parts{database, *keys_, *passwords_, *guard_, *audit_, clock});
    api_keys_ = std::make_unique<ApiKeys>(ApiKeys::Parts{database, *idempotency_, *audit_, clock});
    tenant_keys_ = std::make_unique<TenantKeys>(TenantKeys::Parts{database, master_key, clock, key_making_});
    TenantKeys::check(database, master_key);
    key_rotation_ = std::make_unique<KeyRotation>(KeyRotation::Parts{
        database, master_key, clock, *audit_, key_making_, std::chrono::days(settings.integration.key_days)});
    organizations_ =
        std::make_unique<Organizations>(Organizations::Parts{database, *idempotency_, *audit_, clock});
    members_ = std::make_unique<Members>(Members::Parts{database, *idempotency_, *audit_, clock});
    const auto& invited = settings.organizations;
    invitations_ = std::make_unique<Invitations>(Invitations::Parts{
        database,
        *idempotency_,
        *audit_,
        *mail_queue_,
        clock,
        {std::chrono::days(invited.invitation_days), invited.pending_invitations, invited.daily_invitations},
        settings.mail.link_base});
    make_integration_tokens(settings);
    const auto& monthly = settings.ai.monthly;
    ai_usage_ = std::make_unique<AiUsage>(
        AiUsage::Parts{database, clock, {monthly.free, monthly.pro, monthly.enterprise}});
    mailed_links_ = std::make_unique<MailedLinks>(
        MailedLinks::Parts{database, *passwords_, *account_mail_, *audit_, clock});
    if (mail_queue_->is_configured())
        make_mail_sender(settings);
    conversations_ =
        std::make_unique<Conversations>(Conversations::Parts{database, *routing_, *idempotency_, clock});
    chat_ = std::make_unique<Chat>(*conversations_, *routing_, *ai_usage_);
    health_ =
        std::make_unique<Health>(Health::Parts{database, *routing_, clock, settings.data,
                                               std::string(program_version), std::string(program_commit)});
    answer_identity(api_, *accounts_, *sessions_, *mailed_links_);
    answer_api_keys(api_, *api_keys_);
    answer_integration_tokens(api_, *tenant_keys_);
    answer_organizations(api_, *organizations_, *members_);
    answer_invitations(api_, *invitations_);
    answer_integration_grants(api_, {*token_grants_, *token_verifier_, *token_revocations_});
    answer_ai_usage(api_, *ai_usage_);
    answer_conversations(api_, *conversations_, *chat_);
    connectors_->answer(api_);
    answer_health(api_, *health_);
    api_.finish();
    kept_up_at_ = clock.now();
    forgot_at_ = clock.now();
}

void Application::make_integration_tokens(const Settings& settings) {
    Database& database = *foundation_.database;
    const Clock& clock = *foundation_.clock;
    token_verifier_ = std::make_unique<TokenVerifier>(
        TokenVerifier::Parts{database, *tenant_keys_, clock, public_url(settings)});
    token_revocations_ = std::make_unique<TokenRevocations>(
        TokenRevocations::Parts{database, *token_verifier_, *audit_, clock});
    token_grants_ = std::make_unique<TokenGrants>(TokenGrants::Parts{
        database, *tenant_keys_, *token_verifier_, *token_revocations_, *idempotency_, *audit_, clock});
}

void Application::make_mail_sender(const Settings& settings) {
    mailer_ = std::make_unique<Mailer>(mail_server(settings));
    mail_sender_ = std::make_unique<MailSender>(MailSender::Parts{
        *foundation_.database, *mail_queue_, *foundation_.clock,
        [this](Mail mail) { return mailer_->send(std::move(mail)); }, [this] { mailer_->finish(); },
        [this] { return mailed_links_->answer_reset_requests(); }});
}

void Application::write_uses() {
    try {
        sessions_->write_uses();
        api_keys_->write_uses();
    } catch (const std::exception& error) {
        log(LogLevel::warning, "when credentials were last used could not be written: {}", error.what());
    }
}

void Application::rotate_tenant_keys() {
    try {
        key_rotation_->rotate_one_due();
    } catch (const std::exception& error) {
        log(LogLevel::warning, "an organization's signing key could not be rotated: {}", error.what());
    }
}

void Application::end_consents() {
    try {
        connectors_->work_off();
    } catch (const std::exception& error) {
        log(LogLevel::warning, "providers could not be told what has ended: {}", error.what());
    }
}

void Application::upkeep() {
    write_uses();
    rotate_tenant_keys();
    end_consents();
    try {
        const Instant now = clock().now();
        if (now - kept_up_at_ < keeps_up_every)
            return;
        kept_up_at_ = now;
        keys_->upkeep();
        key_rotation_->forget_old();
        if (now - forgot_at_ < forgets_every)
            return;
        forgot_at_ = now;
        foundation_.database->write_now([this](Writer& db) {
            idempotency_->forget_old(db);
            sessions_->forget_old(db);
            ai_usage_->forget_old(db);
            token_verifier_->forget_old(db);
            token_revocations_->forget_old(db);
            mailed_links_->forget_old(db);
            mail_queue_->forget_old(db);
            connectors_->forget_old(db);
        });
        audit_->forget_old(*foundation_.database);
    } catch (const std::exception& error) {
        log(LogLevel::warning, "upkeep failed and will be tried again: {}", error.what());
    }
}

void Application::close() {
    write_uses();
    passwords_->finish();
    if (mailer_)
        mailer_->finish();
    workers_.finish();
    tenant_keys_->finish();
    key_making_.finish();
    ai_usage_->finish();
    foundation_.database.reset();
}

} // namespace xentree
