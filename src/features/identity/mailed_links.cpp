#include "features/identity/mailed_links.h"

#include "base/text.h"
#include "features/identity/mailed_tokens.h"
#include "security/digest.h"

namespace xentree {

namespace store = identity_store;

namespace {

constexpr std::int64_t most_requests = 10'000;
constexpr std::int64_t requests_at_once = 100;
// Whoever asked has given up waiting: where mail was off, or no node up.
constexpr std::chrono::hours request_life{1};

ApiError bad_token() {
    return ApiError({Fault{"/token", "is unknown, used or too old"}});
}

mailed_tokens::Token find_token(Reader& db, const mailed_tokens::Wanted& wanted) {
    auto token = mailed_tokens::find(db, wanted);
    if (!token)
        throw bad_token();
    return std::move(*token);
}

} // namespace

Task<void> MailedLinks::request_password_reset(std::string email) {
    if (!parts_.mail.is_configured())
        throw ApiError(ErrorCode::mail_not_configured);
    if (requests_ >= most_requests)
        throw ApiError::retry_later(ErrorCode::unavailable, std::chrono::minutes(1));
    const Instant now = parts_.clock.now();
    const mailed_tokens::ResetRequest request{RequestId::make(now), ascii_lower(email), now};
    co_await parts_.database.write([&](Writer& db) { mailed_tokens::insert(db, request); });
    ++requests_;
    parts_.mail.wake();
}

bool MailedLinks::answer_reset_requests() {
    const Instant oldest = parts_.clock.now() - request_life;
    parts_.database.write_now([&](Writer& db) {
        for (const auto& request : mailed_tokens::take_oldest_requests(db, requests_at_once))
            if (request.created > oldest)
                answer(db, request.email_key);
    });
    std::int64_t left = 0;
    parts_.database.read_now([&](Reader& db) { left = mailed_tokens::count_requests(db); });
    requests_ = left;
    return left > 0;
}

// A mail that is not taken is not told to anybody either.
void MailedLinks::answer(Writer& db, const std::string& email_key) const {
    const auto account = store::find_account_by_name(db, email_key);
    if (account && account->profile.is_active)
        parts_.mail.reset_password(db, account->profile);
}

Task<void> MailedLinks::reset_password(Visitor visitor, PasswordResetRequest request) {
    const Instant now = parts_.clock.now();
    const mailed_tokens::Wanted wanted{sha256(request.token), MailKind::password_reset, now};
    // Before the work of a hash.
    co_await parts_.database.read([&](Reader& db) { return find_token(db, wanted); });
    const std::string hash = co_await parts_.passwords.hash(request.new_password);
    co_await parts_.database.write([&](Writer& db) {
        const auto token = find_token(db, wanted);
        auto account = store::find_account(db, token.user);
        if (!account || ascii_lower(account->profile.email) != token.address_key)
            throw bad_token();
        account->password_hash = hash;
        account->profile.email_verified = true;
        account->profile.updated_at = now;
        mailed_tokens::erase_after_password_change(db, account->profile);
        store::update_account(db, *account);
        store::end_all_sessions(db, token.user, {now, "password_reset"});
        note(db, visitor, token.user, "account.password_changed");
    });
}

void MailedLinks::note(Writer& db, const Visitor& visitor, UserId user, std::string_view action) const {
    parts_.audit.note(db, AuditVisitor{visitor, user, "mailed link"}, {action, {}, user.text(), {}});
}

Task<void> MailedLinks::verify_email(Visitor visitor, std::string token) {
    const mailed_tokens::Wanted wanted{sha256(token), MailKind::email_verification, parts_.clock.now()};
    // Strangers may send any number of wrong ones: those cost no write.
    co_await parts_.database.read([&](Reader& db) { return find_token(db, wanted); });
    co_await parts_.database.write([&](Writer& db) {
        const auto found = find_token(db, wanted);
        auto account = store::find_account(db, found.user);
        if (!account)
            throw bad_token();
        if (verify(db, *account, found.address_key))
            note(db, visitor, found.user, "account.email_changed");
    });
}

bool MailedLinks::verify(Writer& db, store::Account account, const std::string& address_key) const {
    UserProfile& profile = account.profile;
    const bool is_change = profile.pending_email && ascii_lower(*profile.pending_email) == address_key;
    if (is_change) {
        if (store::is_email_taken(db, address_key, profile.id))
            throw ApiError(ErrorCode::email_taken);
        profile.email = *std::exchange(profile.pending_email, std::nullopt);
        mailed_tokens::erase_kind(db, profile.id, MailKind::password_reset);
    } else if (ascii_lower(profile.email) != address_key) {
        throw bad_token();
    }
    profile.email_verified = true;
    profile.updated_at = parts_.clock.now();
    store::update_account(db, account);
    mailed_tokens::erase_verifications(db, profile.id, address_key);
    mailed_tokens::erase_stale_verifications(db, profile);
    return is_change;
}

Task<void> MailedLinks::send_verification(Caller caller) {
    co_await parts_.database.write([&](Writer& db) {
        const auto account = store::find_account(db, caller.user);
        if (!account)
            throw ApiError(ErrorCode::invalid_token);
        if (account->profile.email_verified && !account->profile.pending_email)
            throw ApiError(ErrorCode::already_verified);
        if (!parts_.mail.is_configured())
            throw ApiError(ErrorCode::mail_not_configured);
        if (const auto refusal = parts_.mail.verify(db, account->profile))
            throw *refusal;
    });
    parts_.mail.note_taken(1);
}

void MailedLinks::forget_old(Writer& db) const {
    const Instant now = parts_.clock.now();
    mailed_tokens::erase_expired(db, now);
    mailed_tokens::erase_requests(db, now - request_life);
}

} // namespace xentree
