#include "features/identity/store.h"

#include "base/text.h"

namespace xentree::identity_store {

namespace {

struct AccountRow {
    UserId id;
    std::string email;
    bool email_verified;
    std::optional<std::string> pending_email;
    std::string username;
    std::string password_hash;
    std::optional<std::string> full_name, nickname, avatar_url, bio;
    std::string language, timezone;
    PlatformRole role;
    Plan plan;
    bool is_active, is_profile_public;
    OrganizationId default_organization_id;
    Instant created_at, updated_at;
};
BOOST_DESCRIBE_STRUCT(AccountRow, (),
                      (id, email, email_verified, pending_email, username, password_hash, full_name, nickname,
                       avatar_url, bio, language, timezone, role, plan, is_active, is_profile_public,
                       default_organization_id, created_at, updated_at))

const std::string select_account =
    "SELECT id, email, email_verified, pending_email, username, password_hash, full_name, "
    "nickname, avatar_url, bio, language, "
    "timezone, role, plan, is_active, is_profile_public, "
    "default_organization_id, created_at, updated_at FROM users ";
const std::string select_account_by_id = select_account + "WHERE id = $1";
const std::string select_account_by_email = select_account + "WHERE email_key = $1";
const std::string select_account_by_username = select_account + "WHERE username = $1";

std::optional<Account> to_account(std::optional<AccountRow> row) {
    if (!row)
        return std::nullopt;
    UserProfile profile{row->id,
                        std::move(row->email),
                        row->email_verified,
                        std::move(row->pending_email),
                        std::move(row->username),
                        std::move(row->full_name),
                        row->nickname,
                        row->avatar_url,
                        row->bio,
                        row->language,
                        row->timezone,
                        row->role,
                        row->plan,
                        row->is_active,
                        row->is_profile_public,
                        row->default_organization_id,
                        row->created_at,
                        row->updated_at};
    return Account{std::move(profile), std::move(row->password_hash)};
}

// As names are looked for.
std::optional<std::string> folded(const std::optional<std::string>& name) {
    return name ? std::optional(fold_case(*name)) : std::nullopt;
}

} // namespace

std::optional<Account> find_account(Reader& db, UserId user) {
    return to_account(db.one<AccountRow>(select_account_by_id, user));
}

std::optional<Account> find_account_by_name(Reader& db, std::string_view name) {
    const bool is_email = name.find('@') != std::string_view::npos;
    return to_account(
        db.one<AccountRow>(is_email ? select_account_by_email : select_account_by_username, name));
}

bool is_email_taken(Reader& db, std::string_view email_key, UserId but_by) {
    return db.one<UserId>("SELECT id FROM users WHERE email_key = $1 AND id <> $2", email_key, but_by)
        .has_value();
}

bool is_username_taken(Reader& db, std::string_view username, UserId but_by) {
    return db.one<UserId>("SELECT id FROM users WHERE username = $1 AND id <> $2", username, but_by)
        .has_value();
}

bool is_member(Reader& db, UserId user, OrganizationId organization) {
    return db
        .one<UserId>("SELECT user_id FROM memberships WHERE organization_id = $1 AND user_id = $2",
                     organization, user)
        .has_value();
}

void insert_account(Writer& db, const Account& account) {
    const UserProfile& user = account.profile;
    db.run("INSERT INTO users (id, email, email_key, email_verified, username, password_hash, full_name, "
           "nickname, "
           "avatar_url, bio, language, timezone, role, plan, is_active, is_profile_public, "
           "default_organization_id, "
           "created_at, updated_at, full_name_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
           "$12, $13, $14, "
           "$15, $16, "
           "$17, $18, $19, $20)",
           user.id, user.email, ascii_lower(user.email), user.email_verified, user.username,
           account.password_hash, user.full_name, user.nickname, user.avatar_url, user.bio, user.language,
           user.timezone, user.role, user.plan, user.is_active, user.is_profile_public,
           user.default_organization_id, user.created_at, user.updated_at, folded(user.full_name));
}

void update_account(Writer& db, const Account& account) {
    const UserProfile& user = account.profile;
    db.run("UPDATE users SET email = $2, email_key = $3, email_verified = $4, username = $5, password_hash = "
           "$6, "
           "full_name = $7, nickname = $8, avatar_url = $9, bio = $10, language = $11, timezone = $12, "
           "is_profile_public = $13, default_organization_id = $14, updated_at = $15, pending_email = $16, "
           "full_name_key = $17 WHERE id = $1",
           user.id, user.email, ascii_lower(user.email), user.email_verified, user.username,
           account.password_hash, user.full_name, user.nickname, user.avatar_url, user.bio, user.language,
           user.timezone, user.is_profile_public, user.default_organization_id, user.updated_at,
           user.pending_email, folded(user.full_name));
}

void insert_personal_organization(Writer& db, const UserProfile& owner, std::string_view slug) {
    db.run("INSERT INTO organizations (id, name, slug, is_personal, plan, created_at, updated_at) "
           "VALUES ($1, $2, $3, TRUE, $4, $5, $5)",
           owner.default_organization_id, owner.full_name ? *owner.full_name : owner.username, slug,
           owner.plan, owner.created_at);
    db.run("INSERT INTO memberships (organization_id, user_id, role, joined_at) VALUES ($1, $2, 'owner', $3)",
           owner.default_organization_id, owner.id, owner.created_at);
}

void set_password_hash(Writer& db, UserId user, std::string_view hash) {
    db.run("UPDATE users SET password_hash = $2 WHERE id = $1", user, hash);
}

void set_role(Writer& db, UserId user, PlatformRole role) {
    db.run("UPDATE users SET role = $2 WHERE id = $1", user, role);
}

void set_plan(Writer& db, UserId user, Plan plan, Instant now) {
    db.run("UPDATE users SET plan = $2, updated_at = $3 WHERE id = $1", user, plan, now);
    db.run("UPDATE organizations SET plan = $2, updated_at = $3 WHERE is_personal AND id IN "
           "(SELECT organization_id FROM memberships WHERE user_id = $1 AND role = 'owner')",
           user, plan, now);
}

void set_active(Writer& db, UserId user, bool is_active) {
    db.run("UPDATE users SET is_active = $2 WHERE id = $1", user, is_active);
}

std::vector<OrganizationId> owned_alone(Reader& db, UserId user) {
    return db.all<OrganizationId>(
        "SELECT organizations.id FROM memberships AS mine "
        "JOIN organizations ON organizations.id = mine.organization_id "
        "WHERE mine.user_id = $1 AND mine.role = 'owner' AND EXISTS (SELECT 1 FROM memberships AS other "
        "WHERE other.organization_id = mine.organization_id AND other.user_id <> $1) AND NOT EXISTS ("
        "SELECT 1 FROM memberships AS other WHERE other.organization_id = mine.organization_id AND "
        "other.user_id <> $1 AND other.role = 'owner') "
        "ORDER BY organizations.created_at, organizations.id LIMIT 100",
        user);
}

std::vector<OrganizationId> delete_account(Writer& db, UserId user) {
    auto organizations = db.all<OrganizationId>(
        "DELETE FROM organizations WHERE id IN (SELECT mine.organization_id FROM memberships AS mine "
        "WHERE mine.user_id = $1 AND NOT EXISTS (SELECT 1 FROM memberships AS other "
        "WHERE other.organization_id = mine.organization_id AND other.user_id <> $1)) RETURNING id",
        user);
    db.run("DELETE FROM users WHERE id = $1", user);
    return organizations;
}

std::optional<LiveSession> find_live_session(Reader& db, UserId user, SessionId session) {
    return db.one<LiveSession>(
        "SELECT users.role, users.plan FROM sessions JOIN users ON users.id = sessions.user_id "
        "WHERE sessions.id = $1 AND sessions.user_id = $2 AND sessions.ended_at IS NULL AND "
        "users.is_active",
        session, user);
}

void insert_session(Writer& db, const NewSession& session) {
    db.run("INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, ip_address, user_agent) "
           "VALUES ($1, $2, $3, $3, $4, $5, $6)",
           session.id, session.user, session.created, session.expires, session.address, session.user_agent);
}

std::int64_t end_session(Writer& db, UserId user, SessionId session, SessionEnd end) {
    return db.run("UPDATE sessions SET ended_at = $3, end_reason = $4 WHERE id = $1 AND user_id = $2 AND "
                  "ended_at IS NULL AND expires_at > $3",
                  session, user, end.at, end.reason);
}

std::int64_t end_all_sessions(Writer& db, UserId user, SessionEnd end) {
    return db.run(
        "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE user_id = $1 AND ended_at IS NULL AND "
        "expires_at > $2",
        user, end.at, end.reason);
}

std::int64_t end_other_sessions(Writer& db, UserId user, SessionId kept, SessionEnd end) {
    return db.run("UPDATE sessions SET ended_at = $3, end_reason = $4 WHERE user_id = $1 AND id <> $2 AND "
                  "ended_at IS NULL",
                  user, kept, end.at, end.reason);
}

std::vector<SessionResponse> list_sessions(Reader& db, UserId user, Instant now, const PageRequest& page) {
    SessionId before;
    before.bytes.fill(0xff);
    if (const auto after = page.after<SessionId>())
        before = std::get<0>(*after);
    return db.all<SessionResponse>(
        "SELECT id, created_at, last_used_at, ip_address, user_agent, FALSE FROM sessions "
        "WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 AND id < $3 ORDER BY id DESC LIMIT $4",
        user, now, before, static_cast<std::int64_t>(page.limit + 1));
}

// Another node may have written a later minute.
void note_session_use(Writer& db, SessionId session, const LastUse& use) {
    db.run("UPDATE sessions SET last_used_at = CASE WHEN last_used_at < $2 THEN $2 ELSE last_used_at END, "
           "ip_address = $3 WHERE id = $1 AND last_used_at < $4 AND (last_used_at < $2 OR ip_address <> $3)",
           session, use.minute, use.address, Instant(use.minute + std::chrono::minutes(1)));
}

std::vector<std::string> used_addresses(Reader& db, UserId user, Instant since) {
    return db.all<std::string>(
        "SELECT DISTINCT ip_address FROM sessions WHERE user_id = $1 AND last_used_at > $2 AND "
        "ip_address IS NOT NULL LIMIT 100",
        user, since);
}

std::optional<RefreshToken> find_refresh_token(Reader& db, const Digest& hash) {
    return db.one<RefreshToken>(
        "SELECT refresh_tokens.session_id, sessions.user_id, refresh_tokens.expires_at, "
        "refresh_tokens.first_used_at, "
        "refresh_tokens.uses, sessions.ended_at IS NULL AND users.is_active FROM refresh_tokens "
        "JOIN sessions ON sessions.id = refresh_tokens.session_id JOIN users ON users.id = sessions.user_id "
        "WHERE refresh_tokens.hash = $1",
        hash);
}

void insert_refresh_token(Writer& db, const NewRefreshToken& token) {
    db.run("INSERT INTO refresh_tokens (hash, session_id, created_at, expires_at, uses) VALUES ($1, $2, $3, "
           "$4, 0)",
           token.hash, token.session, token.created, token.expires);
}

void use_refresh_token(Writer& db, const RefreshTokenUse& use) {
    db.run("UPDATE refresh_tokens SET first_used_at = COALESCE(first_used_at, $2), uses = uses + 1 WHERE "
           "hash = $1",
           use.hash, use.at);
    db.run(
        "UPDATE sessions SET last_used_at = CASE WHEN created_at < $2 THEN $2 ELSE created_at END, "
        "expires_at = $3, ip_address = $4 WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = $1)",
        use.hash, Instant(std::chrono::floor<std::chrono::minutes>(use.at)), use.session_expires,
        use.address);
}

void delete_old_sessions(Writer& db, Instant before) {
    db.run("DELETE FROM sessions WHERE expires_at < $1 OR ended_at < $1", before);
}

void delete_expired_refresh_tokens(Writer& db, Instant before) {
    db.run("DELETE FROM refresh_tokens WHERE expires_at < $1", before);
}

} // namespace xentree::identity_store
