#include "features/identity/mailed_tokens.h"

#include "base/text.h"

namespace xentree::mailed_tokens {

void insert(Writer& db, const NewToken& token) {
    db.run("INSERT INTO mailed_tokens (hash, user_id, kind, address_key, expires_at) "
           "VALUES ($1, $2, $3, $4, $5)",
           token.hash, token.user, token.kind, ascii_lower(token.address), token.expires);
}

std::optional<Token> find(Reader& db, const Wanted& wanted) {
    return db.one<Token>("SELECT mailed_tokens.user_id, mailed_tokens.address_key FROM mailed_tokens "
                         "JOIN users ON users.id = mailed_tokens.user_id WHERE mailed_tokens.hash = $1 AND "
                         "mailed_tokens.kind = $2 AND mailed_tokens.expires_at > $3 AND users.is_active",
                         wanted.hash, wanted.kind, wanted.now);
}

void erase_all(Writer& db, UserId user) {
    db.run("DELETE FROM mailed_tokens WHERE user_id = $1", user);
}

void erase_kind(Writer& db, UserId user, MailKind kind) {
    db.run("DELETE FROM mailed_tokens WHERE user_id = $1 AND kind = $2", user, kind);
}

void erase_verifications(Writer& db, UserId user, std::string_view address_key) {
    db.run("DELETE FROM mailed_tokens WHERE user_id = $1 AND kind = 'email_verification' AND "
           "address_key = $2",
           user, address_key);
}

void erase_stale_verifications(Writer& db, const UserProfile& profile) {
    const std::string email = ascii_lower(profile.email);
    db.run("DELETE FROM mailed_tokens WHERE user_id = $1 AND kind = 'email_verification' AND "
           "address_key NOT IN ($2, $3)",
           profile.id, email, profile.pending_email ? ascii_lower(*profile.pending_email) : email);
}

void erase_after_password_change(Writer& db, UserProfile& profile) {
    profile.pending_email.reset();
    erase_kind(db, profile.id, MailKind::password_reset);
    erase_stale_verifications(db, profile);
}

void erase_expired(Writer& db, Instant now) {
    db.run("DELETE FROM mailed_tokens WHERE expires_at <= $1", now);
}

void insert(Writer& db, const ResetRequest& request) {
    db.run("INSERT INTO password_reset_requests (id, email_key, created_at) VALUES ($1, $2, $3)", request.id,
           request.email_key, request.created);
}

std::vector<ResetRequest> take_oldest_requests(Writer& db, std::int64_t limit) {
    auto requests = db.all<ResetRequest>(
        "SELECT id, email_key, created_at FROM password_reset_requests ORDER BY id LIMIT $1", limit);
    for (const auto& request : requests)
        db.run("DELETE FROM password_reset_requests WHERE id = $1", request.id);
    return requests;
}

std::int64_t count_requests(Reader& db) {
    return db.one<std::int64_t>("SELECT COUNT(*) FROM password_reset_requests").value_or(0);
}

void erase_requests(Writer& db, Instant before) {
    db.run("DELETE FROM password_reset_requests WHERE created_at <= $1", before);
}

} // namespace xentree::mailed_tokens
