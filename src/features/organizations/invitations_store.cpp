#include "features/organizations/invitations_store.h"

#include "base/text.h"

namespace xentree::invitations_store {

namespace {

const std::string columns = "SELECT id, organization_id, email, role, team, status, created_at, expires_at, "
                            "accepted_at FROM invitations ";
const std::string select_one = columns + "WHERE id = $1 AND organization_id = $2";
const std::string select_by_token = columns + "WHERE token_hash = $1";

const std::string newest_first = "AND id < $2 ORDER BY id DESC LIMIT $3";
const std::string select_all = columns + "WHERE organization_id = $1 " + newest_first;
const std::string select_by_status = columns + "WHERE organization_id = $1 AND status = $4 " + newest_first;
const std::string select_pending =
    columns + "WHERE organization_id = $1 AND status = 'pending' AND expires_at > $4 " + newest_first;
// Each part by the index; those that expire() has not written down are few.
const std::string select_expired = "SELECT * FROM (" + columns +
                                   "WHERE organization_id = $1 AND status = 'expired' " + newest_first +
                                   ") AS written UNION ALL SELECT * FROM (" + columns +
                                   "WHERE organization_id = $1 AND status = 'pending' AND expires_at <= $4 " +
                                   newest_first + ") AS unwritten ORDER BY id DESC LIMIT $3";

} // namespace

void insert(Writer& db, const Invitation& invitation, UserId inviter, const Digest& token_hash) {
    db.run("INSERT INTO invitations (id, token_hash, organization_id, inviter_id, email, email_key, role, "
           "team, status, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
           invitation.id, token_hash, invitation.organization, inviter, invitation.email,
           ascii_lower(invitation.email), invitation.role, invitation.team, invitation.status,
           invitation.created, invitation.expires);
}

std::optional<Invitation> find(Reader& db, OrganizationId organization, InvitationId id) {
    return db.one<Invitation>(select_one, id, organization);
}

std::optional<Invitation> find_by_token(Reader& db, const Digest& token_hash) {
    return db.one<Invitation>(select_by_token, token_hash);
}

std::vector<Invitation> list(Reader& db, const Listed& wanted, const PageRequest& page) {
    InvitationId before;
    before.bytes.fill(0xff);
    if (const auto after = page.after<InvitationId>())
        before = std::get<0>(*after);
    const auto limit = static_cast<std::int64_t>(page.limit + 1);
    if (!wanted.status)
        return db.all<Invitation>(select_all, wanted.organization, before, limit);
    switch (*wanted.status) {
    case InvitationStatus::pending:
        return db.all<Invitation>(select_pending, wanted.organization, before, limit, wanted.now);
    case InvitationStatus::expired:
        return db.all<Invitation>(select_expired, wanted.organization, before, limit, wanted.now);
    default:
        return db.all<Invitation>(select_by_status, wanted.organization, before, limit, *wanted.status);
    }
}

void expire(Writer& db, OrganizationId organization, Instant now) {
    db.run("UPDATE invitations SET status = 'expired' WHERE organization_id = $1 AND status = 'pending' AND "
           "expires_at <= $2",
           organization, now);
}

bool revoke(Writer& db, OrganizationId organization, InvitationId id, Instant now) {
    return db.run("UPDATE invitations SET status = 'revoked' WHERE id = $1 AND organization_id = $2 AND "
                  "status = 'pending' AND expires_at > $3",
                  id, organization, now) == 1;
}

void accept(Writer& db, const Invitation& invitation, Instant now) {
    db.run("UPDATE invitations SET status = 'accepted', accepted_at = $3 WHERE id = $1 AND "
           "organization_id = $2",
           invitation.id, invitation.organization, now);
}

std::optional<InvitationId> find_pending(Reader& db, OrganizationId organization,
                                         std::string_view email_key) {
    return db.one<InvitationId>("SELECT id FROM invitations WHERE organization_id = $1 AND email_key = $2 "
                                "AND status = 'pending'",
                                organization, email_key);
}

std::int64_t count_pending(Reader& db, OrganizationId organization) {
    return db
        .one<std::int64_t>(
            "SELECT COUNT(*) FROM invitations WHERE organization_id = $1 AND status = 'pending'",
            organization)
        .value_or(0);
}

std::optional<Instant> first_expiry(Reader& db, OrganizationId organization) {
    return db.one<Instant>("SELECT expires_at FROM invitations WHERE organization_id = $1 AND "
                           "status = 'pending' ORDER BY expires_at LIMIT 1",
                           organization);
}

bool count_in(Writer& db, UserId inviter, const DailyLimit& limit) {
    return db.run("INSERT INTO inviters (user_id, since, made) VALUES ($1, $2, 1) "
                  "ON CONFLICT (user_id) DO UPDATE SET "
                  "since = CASE WHEN inviters.since <= $3 THEN excluded.since ELSE inviters.since END, "
                  "made = CASE WHEN inviters.since <= $3 THEN 1 ELSE inviters.made + 1 END "
                  "WHERE inviters.since <= $3 OR inviters.made < $4",
                  inviter, limit.now, limit.since, limit.most) == 1;
}

std::optional<Instant> counted_since(Reader& db, UserId inviter) {
    return db.one<Instant>("SELECT since FROM inviters WHERE user_id = $1", inviter);
}

std::vector<OfInviter> list_of_inviter(Reader& db, UserId inviter, Instant now) {
    return db.all<OfInviter>(
        "SELECT invitations.id, invitations.organization_id, invitations.role, "
        "(SELECT memberships.role FROM memberships JOIN users ON users.id = memberships.user_id "
        "WHERE memberships.organization_id = invitations.organization_id AND memberships.user_id = $1 AND "
        "users.is_active) FROM invitations "
        "WHERE inviter_id = $1 AND status = 'pending' AND expires_at > $2",
        inviter, now);
}

std::optional<Inviting> find_inviting(Reader& db, OrganizationId organization, UserId inviter) {
    return db.one<Inviting>("SELECT organizations.name, organizations.is_personal, "
                            "COALESCE(users.full_name, users.username) FROM organizations, users "
                            "WHERE organizations.id = $1 AND users.id = $2",
                            organization, inviter);
}

bool is_address_of_seen_member(Reader& db, OrganizationId organization, std::string_view email_key,
                               UserId reader) {
    return db
        .one<UserId>("SELECT users.id FROM users JOIN memberships ON memberships.user_id = users.id "
                     "WHERE users.email_key = $2 AND memberships.organization_id = $1 AND "
                     "(memberships.joined_by_own_act OR users.id = $3)",
                     organization, email_key, reader)
        .has_value();
}

std::optional<std::string> email_key_of(Reader& db, UserId user) {
    return db.one<std::string>("SELECT email_key FROM users WHERE id = $1 AND is_active", user);
}

std::optional<Membership> find_membership(Reader& db, OrganizationId organization, UserId user) {
    return db.one<Membership>("SELECT joined_at, joined_by_own_act FROM memberships "
                              "WHERE organization_id = $1 AND user_id = $2",
                              organization, user);
}

} // namespace xentree::invitations_store
