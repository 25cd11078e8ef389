#include "features/organizations/invitations.h"

#include <fmt/format.h>

#include "base/text.h"
#include "features/organizations/invitation_letter.h"
#include "features/organizations/invitations_store.h"
#include "features/organizations/lost_invitations.h"
#include "features/organizations/members_store.h"
#include "features/organizations/memberships.h"
#include "security/digest.h"
#include "security/secret_token.h"

namespace xentree {

namespace store = invitations_store;

namespace {

constexpr std::chrono::hours day{24};

InvitationStatus status_of(const store::Invitation& invitation, Instant now) {
    const bool has_run_out = invitation.status == InvitationStatus::pending && invitation.expires <= now;
    return has_run_out ? InvitationStatus::expired : invitation.status;
}

InvitationResponse to_response(const store::Invitation& invitation, Instant now) {
    return {invitation.id, invitation.email,   invitation.role,           invitation.team,
            std::nullopt,  invitation.expires, status_of(invitation, now)};
}

std::tuple<InvitationId> position_of(const InvitationResponse& invitation) {
    return {invitation.id};
}

AuditEntry entry(std::string_view action, const store::Invitation& invitation) {
    return {action,
            invitation.organization,
            invitation.id.text(),
            {{"role", boost::describe::enum_to_string(invitation.role, "")}}};
}

// Whether this membership is the one that this invitation made.
bool comes_from(const store::Membership& membership, const store::Invitation& invitation) {
    return invitation.status == InvitationStatus::accepted && membership.is_by_own_act &&
           membership.joined == invitation.accepted;
}

void require_open(const store::Invitation& invitation, Instant now) {
    switch (status_of(invitation, now)) {
    case InvitationStatus::pending:
        return;
    case InvitationStatus::accepted:
        throw ApiError(ErrorCode::invitation_accepted);
    case InvitationStatus::revoked:
        throw ApiError(ErrorCode::invitation_revoked);
    case InvitationStatus::expired:
        throw ApiError(ErrorCode::invitation_expired);
    }
}

std::string without_slash(std::string link_base) {
    while (link_base.ends_with('/'))
        link_base.pop_back();
    return link_base;
}

} // namespace

struct Invitations::Wanted {
    store::Invitation invitation;
    std::string token;
    std::string link;
};

struct Invitations::Outcome {
    InvitationResponse invitation;
    bool is_mailed;
};

Invitations::Invitations(Parts parts) : parts_(std::move(parts)) {
    parts_.link_base = without_slash(std::move(parts_.link_base));
}

void Invitations::lead_links_to(std::string link_base) {
    parts_.link_base = without_slash(std::move(link_base));
}

Task<InvitationResponse> Invitations::create(Caller caller, OrganizationId organization,
                                             InvitationCreateRequest request) {
    const Instant now = parts_.clock.now();
    Wanted wanted;
    wanted.invitation.id = InvitationId::make(now);
    wanted.invitation.organization = organization;
    wanted.invitation.email = request.email;
    wanted.invitation.role = request.role;
    if (request.team)
        wanted.invitation.team = *request.team;
    wanted.invitation.created = now;
    wanted.invitation.expires = now + parts_.limits.life;
    wanted.token = make_secret_token();
    wanted.link = fmt::format("{}/invite?token={}", parts_.link_base, wanted.token);

    Outcome outcome = co_await parts_.database.write([&](Writer& db) {
        require(db, caller, organization, inviting_as(wanted.invitation.role));
        bool is_mailed = false;
        auto answer = parts_.idempotency.once<InvitationResponse>(db, caller, caller.identity(), [&] {
            is_mailed = make(db, caller, wanted);
            return to_response(wanted.invitation, now);
        });
        return Outcome{std::move(answer), is_mailed};
    });
    parts_.mail.note_taken(outcome.is_mailed ? 1 : 0);
    if (outcome.invitation.id == wanted.invitation.id)
        outcome.invitation.invite_url = wanted.link;
    co_return std::move(outcome.invitation);
}

// Answers whether a mail goes out.
bool Invitations::make(Writer& db, const Caller& caller, const Wanted& wanted) const {
    const store::Invitation& invitation = wanted.invitation;
    const auto inviting = store::find_inviting(db, invitation.organization, caller.user).value();
    if (inviting.is_personal)
        throw ApiError(ErrorCode::personal_organization);
    const std::string email_key = ascii_lower(invitation.email);
    if (store::is_address_of_seen_member(db, invitation.organization, email_key, caller.user))
        throw ApiError(ErrorCode::already_member);
    revoke_former(db, caller, wanted);
    count_in(db, caller.user, invitation.organization);
    store::insert(db, invitation, caller.user, sha256(wanted.token));
    parts_.audit.note(db, caller, entry("invitation.created", invitation));
    if (!parts_.mail.is_configured())
        return false;
    const auto refusal = parts_.mail.enqueue(
        db, to_letter({invitation.email, inviting.organization_name, inviting.inviter_name, invitation.role,
                       wanted.link, invitation.expires}));
    if (refusal)
        throw *refusal;
    return true;
}

void Invitations::revoke_former(Writer& db, const Caller& caller, const Wanted& wanted) const {
    const store::Invitation& next = wanted.invitation;
    store::expire(db, next.organization, next.created);
    const auto former = store::find_pending(db, next.organization, ascii_lower(next.email));
    if (!former)
        return;
    store::revoke(db, next.organization, *former, next.created);
    parts_.audit.note(db, caller,
                      {"invitation.revoked", next.organization, former->text(), {{"by", next.id.text()}}});
}

void Invitations::count_in(Writer& db, UserId inviter, OrganizationId organization) const {
    const Instant now = parts_.clock.now();
    if (store::count_pending(db, organization) >= parts_.limits.pending) {
        const Instant free = store::first_expiry(db, organization).value_or(now);
        throw ApiError::retry_later(ErrorCode::rate_limited, std::chrono::ceil<Seconds>(free - now),
                                    "The organization has as many pending invitations as it can.");
    }
    const bool is_counted = store::count_in(db, inviter, {now, now - day, parts_.limits.daily});
    if (!is_counted) {
        const Instant free = store::counted_since(db, inviter).value_or(now) + day;
        throw ApiError::retry_later(ErrorCode::rate_limited, std::chrono::ceil<Seconds>(free - now),
                                    "You have made as many invitations as a user can in 24 hours.");
    }
}

Task<Page<InvitationResponse>> Invitations::list(Caller caller, OrganizationId organization,
                                                 InvitationFilter filter, PageRequest page) {
    store::Listed wanted{organization, std::nullopt, parts_.clock.now()};
    if (filter.status)
        wanted.status = *filter.status;
    const auto found = co_await parts_.database.read([&](Reader& db) {
        require(db, caller, organization, Action::manage_invitations);
        return store::list(db, wanted, page);
    });
    std::vector<InvitationResponse> items;
    items.reserve(found.size());
    for (const auto& invitation : found)
        items.push_back(to_response(invitation, wanted.now));
    co_return make_page(std::move(items), page, position_of);
}

Task<void> Invitations::revoke(Caller caller, OrganizationId organization, InvitationId id) {
    co_await parts_.database.write([&](Writer& db) {
        require(db, caller, organization, Action::manage_invitations);
        const auto invitation = store::find(db, organization, id);
        if (!invitation)
            throw ApiError::absent("invitation");
        if (invitation->status == InvitationStatus::accepted)
            throw ApiError(ErrorCode::invitation_accepted);
        if (store::revoke(db, organization, id, parts_.clock.now()))
            parts_.audit.note(db, caller, entry("invitation.revoked", *invitation));
    });
}

Task<MemberResponse> Invitations::accept(Caller caller, std::string token) {
    const Digest hash = sha256(token);
    // Wrong ones may be sent in any number: those cost no write.
    const bool is_known =
        co_await parts_.database.read([&](Reader& db) { return store::find_by_token(db, hash).has_value(); });
    if (!is_known)
        throw ApiError::absent("invitation");
    co_return co_await parts_.database.write([&](Writer& db) {
        const auto invitation = store::find_by_token(db, hash);
        if (!invitation) // gone with its organization meanwhile
            throw ApiError::absent("invitation");
        const auto email_key = store::email_key_of(db, caller.user);
        if (!email_key)
            throw ApiError(credential_ended(caller));
        if (*email_key != ascii_lower(invitation->email))
            throw ApiError(ErrorCode::forbidden, "This invitation is for another e-mail address.");
        join(db, caller, *invitation);
        return members_store::find(db, {invitation->organization, caller.user}, caller.user).value();
    });
}

// Changes nothing where the caller has joined by it.
void Invitations::join(Writer& db, const Caller& caller, const store::Invitation& invitation) const {
    const Instant now = parts_.clock.now();
    const auto membership = store::find_membership(db, invitation.organization, caller.user);
    if (membership && comes_from(*membership, invitation))
        return;
    if (membership)
        throw ApiError(ErrorCode::already_member);
    require_open(invitation, now);
    store::accept(db, invitation, now);
    members_store::insert(
        db, {invitation.organization, caller.user, invitation.role, invitation.team, now, true});
    parts_.audit.note(db, caller, entry("invitation.accepted", invitation));
    AuditEntry joined = entry("member.joined", invitation);
    joined.target = caller.user.text();
    parts_.audit.note(db, caller, joined);
}

} // namespace xentree
