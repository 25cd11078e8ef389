#include "features/identity/accounts.h"

#include <fmt/format.h>

#include "base/text.h"
#include "features/identity/store.h"

namespace xentree {

namespace store = identity_store;

namespace {

constexpr std::size_t shortest_slug = 3;

// Lower-case letters and digits in groups apart by single dashes.
std::string slug_of(std::string_view username) {
    std::string slug;
    for (const char letter : username) {
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
        if (plain)
            slug += letter;
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
    }
    while (slug.ends_with('-'))
        slug.pop_back();
    return slug;
}

std::string free_slug(Reader& db, std::string_view username) {
    const std::string base = slug_of(username);
    std::string slug = base;
    for (int number = 1; slug.size() < shortest_slug || store::is_slug_taken(db, slug); ++number)
        slug = fmt::format("{}-{}", base, number);
    return slug;
}

void check_free(Reader& db, const UserProfile& wanted) {
    if (store::is_email_taken(db, ascii_lower(wanted.email), wanted.id))
        throw ApiError(ErrorCode::email_taken);
    if (store::is_username_taken(db, wanted.username, wanted.id))
        throw ApiError(ErrorCode::username_taken);
}

template<class T>
void apply(const Omittable<T>& change, T& member) {
    if (change)
        member = *change;
}

// Whether anything is another than before.
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
    // Without mail an address changes at once and is not verified. The present one changes nothing.
    if (changes.email && ascii_lower(*changes.email) != ascii_lower(profile.email)) {
        profile.email = *changes.email;
        profile.email_verified = false;
    }
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
    co_return co_await parts_.database.write([&](Writer& db) {
        return parts_.idempotency.once<UserProfile>(db, visitor, visitor.address,
                                                    [&] { return insert(db, request, hash); });
    });
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
    check_free(db, profile);
    store::insert_account(db, {profile, password_hash});
    store::insert_personal_organization(db, profile, free_slug(db, profile.username));
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
    co_return co_await parts_.database.write([&](Writer& db) {
        auto account = store::find_account(db, caller.user);
        if (!account)
            throw ApiError(ErrorCode::invalid_token);
        if (changes.current_password && account->password_hash != present_hash) // changed meanwhile
            throw ApiError({Fault{"/current_password", "is not the present password"}});
        const auto& organization = changes.default_organization_id;
        if (organization && !store::is_member(db, caller.user, *organization))
            throw ApiError::absent("organization");
        const bool changed = apply_changes(changes, account->profile);
        if (!changed && !new_hash)
            return account->profile;
        check_free(db, account->profile);
        const Instant now = parts_.clock.now();
        account->profile.updated_at = now;
        if (new_hash) {
            account->password_hash = *new_hash;
            store::end_other_sessions(db, caller.user, caller.session, {now, "password_changed"});
        }
        store::update_account(db, *account);
        return account->profile;
    });
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
    throw ApiError({Fault{"/current_password", "is not the present password"}});
}

UserProfile Accounts::create_now(const RegisterRequest& request) {
    const std::string hash = parts_.passwords.hash_now(request.password);
    UserProfile profile;
    parts_.database.write_now([&](Writer& db) { profile = insert(db, request, hash); });
    return profile;
}

void Accounts::promote_now(const std::string& name) {
    parts_.database.write_now([&](Writer& db) {
        const auto account = store::find_account_by_name(db, ascii_lower(name));
        if (!account)
            throw std::runtime_error(fmt::format("There is no account '{}'.", name));
        store::set_role(db, account->profile.id, PlatformRole::admin);
    });
}

void Accounts::set_plan_now(const std::string& name, Plan plan) {
    parts_.database.write_now([&](Writer& db) {
        const auto account = store::find_account_by_name(db, ascii_lower(name));
        if (!account)
            throw std::runtime_error(fmt::format("There is no account '{}'.", name));
        store::set_plan(db, account->profile.id, plan, parts_.clock.now());
    });
}

void Accounts::reset_password_now(const std::string& name, const std::string& password) {
    const std::string hash = parts_.passwords.hash_now(password);
    parts_.database.write_now([&](Writer& db) {
        const auto account = store::find_account_by_name(db, ascii_lower(name));
        if (!account)
            throw std::runtime_error(fmt::format("There is no account '{}'.", name));
        store::set_password_hash(db, account->profile.id, hash);
        store::end_all_sessions(db, account->profile.id, {parts_.clock.now(), "password_reset"});
    });
}

} // namespace xentree
