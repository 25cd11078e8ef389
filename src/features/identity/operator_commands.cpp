// What the operator's command line does to accounts.
#include <fmt/format.h>

#include "base/text.h"
#include "features/identity/accounts.h"
#include "features/identity/mailed_tokens.h"
#include "features/organizations/lost_invitations.h"

namespace xentree {

namespace store = identity_store;

namespace {

store::Account account_named(Reader& db, const std::string& name) {
    auto account = store::find_account_by_name(db, ascii_lower(name));
    if (!account)
        throw std::runtime_error(fmt::format("There is no account '{}'.", name));
    return std::move(*account);
}

UserProfile named(Reader& db, const std::string& name) {
    return account_named(db, name).profile;
}

} // namespace

UserProfile Accounts::create_now(const RegisterRequest& request) {
    const std::string hash = parts_.passwords.hash_now(request.password);
    UserProfile profile;
    parts_.database.write_now([&](Writer& db) {
        profile = insert(db, request, hash);
        parts_.audit.note_operator(db, {"account.created", {}, profile.id.text(), {}});
    });
    return profile;
}

void Accounts::promote_now(const std::string& name) {
    parts_.database.write_now([&](Writer& db) {
        const UserId user = named(db, name).id;
        store::set_role(db, user, PlatformRole::admin);
        parts_.audit.note_operator(db, {"account.promoted", {}, user.text(), {}});
    });
}

void Accounts::set_plan_now(const std::string& name, Plan plan) {
    parts_.database.write_now([&](Writer& db) {
        const UserId user = named(db, name).id;
        store::set_plan(db, user, plan, parts_.clock.now());
        parts_.audit.note_operator(db, {"account.plan_set", {}, user.text(), {{"plan", to_json(plan)}}});
    });
}

void Accounts::reset_password_now(const std::string& name, const std::string& password) {
    const std::string hash = parts_.passwords.hash_now(password);
    parts_.database.write_now([&](Writer& db) {
        auto account = account_named(db, name);
        account.password_hash = hash;
        mailed_tokens::erase_after_password_change(db, account.profile);
        store::update_account(db, account);
        store::end_all_sessions(db, account.profile.id, {parts_.clock.now(), "password_reset"});
        parts_.audit.note_operator(db, {"account.password_changed", {}, account.profile.id.text(), {}});
    });
}

void Accounts::set_active_now(const std::string& name, bool is_active) {
    parts_.database.write_now([&](Writer& db) {
        const UserId user = named(db, name).id;
        store::set_active(db, user, is_active);
        parts_.audit.note_operator(
            db, {is_active ? "account.activated" : "account.deactivated", {}, user.text(), {}});
        if (is_active)
            return;
        revoke_lost_invitations(db, user, parts_.clock.now());
        // They do not come back with the account.
        store::end_all_sessions(db, user, {parts_.clock.now(), "deactivated"});
        mailed_tokens::erase_all(db, user);
    });
}

void Accounts::remove_now(const std::string& name) {
    parts_.database.write_now([&](Writer& db) {
        const UserId user = named(db, name).id;
        const auto organizations = store::owned_alone(db, user);
        if (!organizations.empty())
            throw std::runtime_error(fmt::format("'{}' is the last owner of an organization with other "
                                                 "members ({}). Make another owner first.",
                                                 name, organizations.front().text()));
        erase(db, user, [&](const AuditEntry& entry) { parts_.audit.note_operator(db, entry); });
    });
}

} // namespace xentree
