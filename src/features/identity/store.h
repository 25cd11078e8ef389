#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/identity/last_uses.h"
#include "features/identity/types.h"
#include "http/page.h"
#include "storage/database.h"

// The SQL of accounts and sessions. Every statement names the user, or the secret that only the user has.
namespace xentree::identity_store {

// An account as its row.
struct Account {
    UserProfile profile;
    std::string password_hash;
};

std::optional<Account> find_account(Reader& db, UserId user);
// By username or e-mail address; `name` is in lower case.
std::optional<Account> find_account_by_name(Reader& db, std::string_view name);
bool is_email_taken(Reader& db, std::string_view email_key, UserId but_by);
bool is_username_taken(Reader& db, std::string_view username, UserId but_by);
bool is_member(Reader& db, UserId user, OrganizationId organization);

void insert_account(Writer& db, const Account& account);
void update_account(Writer& db, const Account& account);
void insert_personal_organization(Writer& db, const UserProfile& owner, std::string_view slug);
void set_password_hash(Writer& db, UserId user, std::string_view hash);
void set_role(Writer& db, UserId user, PlatformRole role);
// Of the user and the personal organization.
void set_plan(Writer& db, UserId user, Plan plan, Instant now);
void set_active(Writer& db, UserId user, bool is_active);
// The organizations with other members that have no other owner, the oldest 100.
std::vector<OrganizationId> owned_alone(Reader& db, UserId user);
// With the organizations that have no other member, which it answers; what refers to either goes by its
// foreign key.
std::vector<OrganizationId> delete_account(Writer& db, UserId user);

// A session that can still be used, with what its user may.
struct LiveSession {
    PlatformRole role;
    Plan plan;
};
BOOST_DESCRIBE_STRUCT(LiveSession, (), (role, plan))
std::optional<LiveSession> find_live_session(Reader& db, UserId user, SessionId session);

struct NewSession {
    SessionId id;
    UserId user;
    Instant created;
    Instant expires;
    std::string address;
    std::optional<std::string> user_agent;
};
void insert_session(Writer& db, const NewSession& session);

struct SessionEnd {
    Instant at;
    std::string_view reason;
};
// Ends sessions that can still be used; answers how many.
std::int64_t end_session(Writer& db, UserId user, SessionId session, SessionEnd end);
std::int64_t end_all_sessions(Writer& db, UserId user, SessionEnd end);
std::int64_t end_other_sessions(Writer& db, UserId user, SessionId kept, SessionEnd end);
// Those that can still be used, newest first, limit + 1 of them where there are as many; `current` is not
// told.
std::vector<SessionResponse> list_sessions(Reader& db, UserId user, Instant now, const PageRequest& page);
void note_session_use(Writer& db, SessionId session, const LastUse& use);
// Addresses that the user has logged in or refreshed from since, at most 100.
std::vector<std::string> used_addresses(Reader& db, UserId user, Instant since);

struct RefreshToken {
    SessionId session;
    UserId user;
    Instant expires;
    std::optional<Instant> first_used;
    std::int64_t uses;
    bool usable; // session not ended, account active
};
BOOST_DESCRIBE_STRUCT(RefreshToken, (), (session, user, expires, first_used, uses, usable))
std::optional<RefreshToken> find_refresh_token(Reader& db, const Digest& hash);

struct NewRefreshToken {
    Digest hash;
    SessionId session;
    Instant created;
    Instant expires;
};
void insert_refresh_token(Writer& db, const NewRefreshToken& token);

struct RefreshTokenUse {
    Digest hash;
    Instant at;
    Instant session_expires;
    std::string address;
};
// Counts a use of the token and prolongs its session.
void use_refresh_token(Writer& db, const RefreshTokenUse& use);

// Deletes sessions that ended or ran out before, with their tokens.
void delete_old_sessions(Writer& db, Instant before);
// Deletes refresh tokens that ran out before, spent or not.
void delete_expired_refresh_tokens(Writer& db, Instant before);

} // namespace xentree::identity_store
