#include "features/identity/mailed_links.h"

#include "base/text.h"
#include "features/identity/mailed_tokens.h"
#include "security/digest.h"

namespace xentree {

namespace store = identity_store;

namespace {

constexpr std::int64_t most_requests = 10'000;
constexpr std::int64_t requests_at_once = 100;

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
    const mailed_tokens::ResetRequest request{RequestId::make(parts_.clock.now()), ascii_lower(email)};
    co_await parts_.database.write([&](Writer& db) { mailed_tokens::insert(db, request); });
    ++requests_;
    parts_.mail.wake();
}

void MailedLinks::answer_reset_requests() {
    std::vector<mailed_tokens::ResetRequest> requests;
    do {
        parts_.database.read_now(
            [&](Reader& db) { requests = mailed_tokens::oldest_requests(db, requests_at_once); });
        for (const auto& request : requests)
            parts_.database.write_now([&](Writer& db) {
                const bool is_mine = mailed_tokens::erase(db, request); // no other node was faster
                if (is_mine)
                    answer(request.email_key, db);
            });
    } while (!requests.empty());
    requests_ = 0;
}

// A mail that is not taken is not told to anybody either.
void MailedLinks::answer(const std::string& email_key, Writer& db) const {
    const auto account = store::find_account_by_name(db, email_key);
    if (account && account->profile.is_active)
        parts_.mail.reset_password(db, account->profile);
}

Task<void> MailedLinks::reset_password(PasswordResetRequest request) {
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
        store::update_account(db, *account);
        store::end_all_sessions(db, token.user, {now, "password_reset"});
        mailed_tokens::erase_kind(db, token.user, MailKind::password_reset);
    });
}

Task<void> MailedLinks::verify_email(std::string token) {
    const mailed_tokens::Wanted wanted{sha256(token), MailKind::email_verification, parts_.clock.now()};
    co_await parts_.database.write([&](Writer& db) {
        const auto found = find_token(db, wanted);
        auto account = store::find_account(db, found.user);
        if (!account)
            throw bad_token();
        verify(db, *account, found.address_key);
    });
}

void MailedLinks::verify(Writer& db, store::Account account, const std::string& address_key) const {
    UserProfile& profile = account.profile;
    if (profile.pending_email && ascii_lower(*profile.pending_email) == address_key) {
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
    parts_.mail.wake();
}

void MailedLinks::forget_old(Writer& db) const {
    mailed_tokens::erase_expired(db, parts_.clock.now());
}

} // namespace xentree
