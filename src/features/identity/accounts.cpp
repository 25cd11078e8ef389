#include "features/identity/accounts.h"

#include <fmt/format.h>

#include "base/text.h"
#include "features/identity/mailed_tokens.h"
#include "features/identity/store.h"
#include "features/organizations/lost_invitations.h"
#include "features/organizations/slugs.h"

namespace xentree {

namespace store = identity_store;

namespace {

void check_free(Reader& db, const UserProfile& profile, const std::string& email) {
    if (store::is_email_taken(db, ascii_lower(email), profile.id))
        throw ApiError(ErrorCode::email_taken);
    if (store::is_username_taken(db, profile.username, profile.id))
        throw ApiError(ErrorCode::username_taken);
}

ApiError wrong_password() {
    return ApiError({Fault{"/current_password", "is not the present password"}});
}

template<class T>
void apply(const Omittable<T>& change, T& member) {
    if (change)
        member = *change;
}

// Whether anything is another than before. The e-mail address is apart from it.
bool apply_changes(const UserProfileUpdate& changes, UserProfile& profile) {
    const auto before = to_json_text(profile);
    apply(changes.full_name, profile.full_name);
    apply(changes.nickname, profile.nickname);
    apply(changes.avatar_url, profile.avatar_url);
    apply(changes.bio, profile.bio);
    apply(changes.language, profile.language);
    apply(changes.timezone, profile.timezone);
    apply(changes.username, profile.username);
    apply(changes.default_organization_id, profile.default_organization_id);
    apply(changes.is_profile_public, profile.is_profile_public);
    return to_json_text(profile) != before;
}

} // namespace

void check_profile_update(const boost::json::object& body, std::vector<Fault>& faults) {
    const bool needs_password = body.contains("email") || body.contains("new_password");
    if (needs_password && !body.contains("current_password"))
        faults.push_back({"/current_password", "is required with email or new_password"});
    if (!needs_password && body.contains("current_password"))
        faults.push_back({"/current_password", "comes with email or new_password only"});
}

Task<UserProfile> Accounts::register_user(Visitor visitor, RegisterRequest request) {
    const std::string hash = co_await parts_.passwords.hash(request.password);
    Outcome made = co_await parts_.database.write([&](Writer& db) {
        std::int64_t letters = 0;
        UserProfile profile = parts_.idempotency.once<UserProfile>(db, visitor, visitor.address, [&] {
            UserProfile inserted = insert(db, request, hash);
            parts_.audit.note(db, AuditVisitor{visitor, inserted.id, "none"},
                              {"account.created", {}, inserted.id.text(), {}});
            // The account is whole without it, so a refusal does not matter.
            if (parts_.mail.is_configured() && !parts_.mail.verify(db, inserted))
                ++letters;
            return inserted;
        });
        return Outcome{std::move(profile), letters};
    });
    parts_.mail.note_taken(made.letters);
    co_return std::move(made.profile);
}

UserProfile Accounts::insert(Writer& db, const RegisterRequest& request,
                             const std::string& password_hash) const {
    const Instant now = parts_.clock.now();
    UserProfile profile;
    profile.id = UserId::make(now);
    profile.email = request.email;
    profile.username = request.username;
    if (request.full_name)
        profile.full_name = *request.full_name;
    profile.language = request.language;
    profile.timezone = request.timezone;
    profile.default_organization_id = OrganizationId::make(now);
    profile.created_at = now;
    profile.updated_at = now;
    check_free(db, profile, profile.email);
    store::insert_account(db, {profile, password_hash});
    store::insert_personal_organization(db, profile, free_slug(db, slug_of(profile.username)));
    return profile;
}

Task<UserProfile> Accounts::profile(Caller caller) {
    auto account =
        co_await parts_.database.read([&](Reader& db) { return store::find_account(db, caller.user); });
    if (!account) // deleted since it was authenticated
        throw ApiError(ErrorCode::invalid_token);
    co_return std::move(account->profile);
}

Task<UserProfile> Accounts::update(Caller caller, UserProfileUpdate changes) {
    std::optional<std::string> new_hash;
    std::string present_hash;
    if (changes.current_password) {
        const auto account =
            co_await parts_.database.read([&](Reader& db) { return store::find_account(db, caller.user); });
        if (!account)
            throw ApiError(ErrorCode::invalid_token);
        present_hash = account->password_hash;
        co_await check_current_password(*account, caller.address, *changes.current_password);
        if (changes.new_password)
            new_hash = co_await parts_.passwords.hash(*changes.new_password);
    }
    Outcome updated = co_await parts_.database.write([&](Writer& db) {
        auto account = store::find_account(db, caller.user);
        if (!account)
            throw ApiError(ErrorCode::invalid_token);
        if (changes.current_password && account->password_hash != present_hash) // changed meanwhile
            throw wrong_password();
        const auto& organization = changes.default_organization_id;
        if (organization && !store::is_member(db, caller.user, *organization))
            throw ApiError::absent("organization");
        Outcome outcome{std::move(account->profile)};
        const bool changed = apply_changes(changes, outcome.profile);
        check_free(db, outcome.profile, changes.email.value_or(outcome.profile.email));
        const std::string former_email = outcome.profile.email;
        const bool changed_email = changes.email && change_email(db, *changes.email, outcome);
        if (!changed && !changed_email && !new_hash)
            return outcome;
        const Instant now = parts_.clock.now();
        outcome.profile.updated_at = now;
        if (new_hash) {
            account->password_hash = *new_hash;
            store::end_other_sessions(db, caller.user, caller.session, {now, "password_changed"});
            if (changes.email) // the address is of the same will as the password
                mailed_tokens::erase_kind(db, caller.user, MailKind::password_reset);
            else
                mailed_tokens::erase_after_password_change(db, outcome.profile);
        }
        store::update_account(db, {outcome.profile, account->password_hash});
        if (new_hash)
            parts_.audit.note(db, caller, {"account.password_changed", {}, caller.user.text(), {}});
        if (outcome.profile.email != former_email)
            parts_.audit.note(db, caller, {"account.email_changed", {}, caller.user.text(), {}});
        return outcome;
    });
    parts_.mail.note_taken(updated.letters);
    co_return std::move(updated.profile);
}

// Whether anything is another than before.
bool Accounts::change_email(Writer& db, const std::string& email, Outcome& outcome) const {
    UserProfile& profile = outcome.profile;
    const bool is_present = ascii_lower(email) == ascii_lower(profile.email);
    if (is_present && !profile.pending_email)
        return false;
    profile.pending_email.reset();
    if (!is_present && parts_.mail.is_configured()) {
        profile.pending_email = email;
        if (const auto refusal = parts_.mail.verify(db, profile))
            throw *refusal;
        ++outcome.letters;
        if (!parts_.mail.tell_of_change(db, profile)) // an address that has got too many of them knows
            ++outcome.letters;
    } else if (!is_present) {
        profile.email = email;
        profile.email_verified = false;
        mailed_tokens::erase_kind(db, profile.id, MailKind::password_reset);
    }
    mailed_tokens::erase_stale_verifications(db, profile);
    return true;
}

Task<void> Accounts::remove(Caller caller, std::string current_password) {
    const auto found =
        co_await parts_.database.read([&](Reader& db) { return store::find_account(db, caller.user); });
    if (!found)
        throw ApiError(ErrorCode::invalid_token);
    co_await check_current_password(*found, caller.address, std::move(current_password));
    co_await parts_.database.write([&](Writer& db) {
        const auto account = store::find_account(db, caller.user);
        if (!account)
            throw ApiError(ErrorCode::invalid_token);
        if (account->password_hash != found->password_hash) // changed meanwhile
            throw wrong_password();
        const auto organizations = store::owned_alone(db, caller.user);
        if (!organizations.empty()) {
            ApiError error(ErrorCode::last_owner);
            error.members["organization_ids"] = to_json(organizations);
            throw error;
        }
        erase(db, caller.user, [&](const AuditEntry& entry) { parts_.audit.note(db, caller, entry); });
    });
}

void Accounts::erase(Writer& db, UserId user, const std::function<void(const AuditEntry&)>& note) const {
    store::set_active(db, user, false);
    parts_.before_removal(db, user);
    revoke_lost_invitations(db, user, parts_.clock.now());
    for (const OrganizationId organization : store::delete_account(db, user))
        note({"organization.deleted", organization, organization.text(), {{"with_account", user.text()}}});
    note({"account.deleted", {}, user.text(), {}});
}

// Counts as a failed login where it is wrong. Who asks is logged in, so the address is not a stranger's.
Task<void> Accounts::check_current_password(store::Account account, std::string address,
                                            std::string password) {
    LoginGuard::Try attempt = parts_.guard.begin(account.profile.username, address, true);
    const bool matches =
        co_await parts_.passwords.verify(std::move(account.password_hash), std::move(password));
    if (matches)
        co_return;
    attempt.fail();
    throw wrong_password();
}

} // namespace xentree
