#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/organizations/invitation_types.h"
#include "http/page.h"
#include "storage/database.h"

// The SQL of invitations. Every statement names the organization, the hash of the token or the inviter.
namespace xentree::invitations_store {

struct Invitation {
    InvitationId id;
    OrganizationId organization;
    std::string email;
    OrganizationRole role = OrganizationRole::member;
    std::optional<std::string> team;
    InvitationStatus status = InvitationStatus::pending; // also where it has run out
    Instant created;
    Instant expires;
    std::optional<Instant> accepted;
};
BOOST_DESCRIBE_STRUCT(Invitation, (),
                      (id, organization, email, role, team, status, created, expires, accepted))

void insert(Writer& db, const Invitation& invitation, UserId inviter, const Digest& token_hash);
std::optional<Invitation> find(Reader& db, OrganizationId organization, InvitationId id);
std::optional<Invitation> find_by_token(Reader& db, const Digest& token_hash);

struct Listed {
    OrganizationId organization;
    std::optional<InvitationStatus> status; // at `now`
    Instant now;
};
// Newest first, limit + 1 of them where there are as many.
std::vector<Invitation> list(Reader& db, const Listed& wanted, const PageRequest& page);

// Writes down which of an organization have run out.
void expire(Writer& db, OrganizationId organization, Instant now);
// Revokes one that is pending; answers whether it was.
bool revoke(Writer& db, OrganizationId organization, InvitationId id, Instant now);
void accept(Writer& db, const Invitation& invitation, Instant now);

// After expire():
std::optional<InvitationId> find_pending(Reader& db, OrganizationId organization, std::string_view email_key);
std::int64_t count_pending(Reader& db, OrganizationId organization);
std::optional<Instant> first_expiry(Reader& db, OrganizationId organization);

// How many a user may make in a day.
struct DailyLimit {
    Instant now;
    Instant since; // a day ago
    std::int64_t most;
};
// Counts one more of the inviter's, unless that would be too many; answers whether it did.
bool count_in(Writer& db, UserId inviter, const DailyLimit& limit);
// When the inviter's day of counting began.
std::optional<Instant> counted_since(Reader& db, UserId inviter);

// An inviter's pending invitation, with the role that the inviter has in its organization now: nothing where
// he is no member or not active.
struct OfInviter {
    InvitationId id;
    OrganizationId organization;
    OrganizationRole role;
    std::optional<OrganizationRole> inviter_role;
};
BOOST_DESCRIBE_STRUCT(OfInviter, (), (id, organization, role, inviter_role))
std::vector<OfInviter> list_of_inviter(Reader& db, UserId inviter, Instant now);

struct Inviting {
    std::string organization_name;
    bool is_personal;
    std::string inviter_name;
};
BOOST_DESCRIBE_STRUCT(Inviting, (), (organization_name, is_personal, inviter_name))
std::optional<Inviting> find_inviting(Reader& db, OrganizationId organization, UserId inviter);

// Whether the address is that of a member whose address `reader`, an owner or admin, may see.
bool is_address_of_seen_member(Reader& db, OrganizationId organization, std::string_view email_key,
                               UserId reader);
std::optional<std::string> email_key_of(Reader& db, UserId user);

struct Membership {
    Instant joined;
    bool is_by_own_act;
};
BOOST_DESCRIBE_STRUCT(Membership, (), (joined, is_by_own_act))
std::optional<Membership> find_membership(Reader& db, OrganizationId organization, UserId user);

} // namespace xentree::invitations_store
