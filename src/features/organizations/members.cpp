#include "features/organizations/members.h"

#include "features/organizations/lost_invitations.h"
#include "features/organizations/members_store.h"
#include "features/organizations/memberships.h"
#include "features/organizations/store.h"

namespace xentree {

namespace store = members_store;

namespace {

// How the caller sees members.
store::View view_of(const Caller& caller, OrganizationRole role, OrganizationId organization) {
    return {organization, caller.user, allows(role, Action::see_addresses)};
}

MemberResponse require_target(Reader& db, const store::View& view, UserId user) {
    auto member = store::find(db, view, user);
    if (!member)
        throw ApiError::absent("member");
    return std::move(*member);
}

void require_allowed(OrganizationRole role, Action action) {
    if (!allows(role, action))
        throw ApiError(ErrorCode::forbidden);
}

void keep_an_owner(Reader& db, const MemberResponse& member) {
    if (member.role == OrganizationRole::owner &&
        !store::has_other_owner(db, member.organization_id, member.user_id))
        throw ApiError(ErrorCode::last_owner, "This is the last owner of the organization.");
}

// Only a personal one's own user is in it.
void refuse_personal(Reader& db, OrganizationId organization) {
    if (organizations_store::is_personal(db, organization))
        throw ApiError(ErrorCode::personal_organization,
                       "A personal organization neither gives nor takes members.");
}

void refuse_member(Reader& db, UserId user, OrganizationId organization) {
    if (find_role(db, user, organization))
        throw ApiError(ErrorCode::already_member);
}

UserId find_named(Reader& db, const MemberAddRequest& request) {
    const auto user =
        request.user_id ? store::find_user(db, *request.user_id) : store::find_user(db, *request.username);
    if (!user)
        throw ApiError(ErrorCode::user_not_found);
    return *user;
}

template<class T>
boost::json::object old_and_new(const T& before, const T& now) {
    return {{"old", to_json(before)}, {"new", to_json(now)}};
}

} // namespace

void check_member_add(const boost::json::object& body, std::vector<Fault>& faults) {
    if (body.contains("user_id") == body.contains("username"))
        faults.push_back({"", "must have exactly one of user_id and username"});
}

void after_role_change(Writer& db, const RoleChange& change, Instant at) {
    revoke_lost_invitations(db, change.user, at);
    if (!change.now)
        store::fall_back_from(db, change.organization, change.user);
}

Task<Page<MemberResponse>> Members::list(Caller caller, OrganizationId organization, MemberFilter filter,
                                         PageRequest page) {
    auto found = co_await parts_.database.read([&](Reader& db) {
        const auto role = require(db, caller, organization, Action::read_organization);
        return store::list(db, view_of(caller, role, organization), filter, page);
    });
    co_return make_page(std::move(found), page, store::position_of);
}

Task<MemberResponse> Members::add(Caller caller, OrganizationId organization, MemberAddRequest request) {
    co_return co_await parts_.database.write([&](Writer& db) {
        const auto role = require(db, caller, organization, Action::manage_members);
        if (request.role == OrganizationRole::owner)
            require_allowed(role, Action::make_owners);
        return parts_.idempotency.once<MemberResponse>(db, caller, caller.identity(), [&] {
            const UserId user = find_named(db, request);
            refuse_personal(db, organization);
            refuse_member(db, user, organization);
            const auto team = request.team ? std::optional(*request.team) : std::nullopt;
            store::insert(db, {organization, user, request.role, team, parts_.clock.now(), false});
            const boost::json::object details{{"role", to_json(request.role)}, {"team", to_json(team)}};
            parts_.audit.note(db, caller, {"member.added", organization, user.text(), details});
            return require_target(db, view_of(caller, role, organization), user);
        });
    });
}

Task<MemberResponse> Members::update(Caller caller, MemberPath path, MemberUpdateRequest changes) {
    co_return co_await parts_.database.write([&](Writer& db) {
        const auto role = require(db, caller, path.org_id, Action::manage_members);
        const auto member = require_target(db, view_of(caller, role, path.org_id), path.target_user_id);
        if (changes.organization_id && *changes.organization_id != path.org_id) {
            const auto role_there = require_member(db, caller, *changes.organization_id);
            require_allowed(role, Action::move_members);
            require_allowed(role_there, Action::move_members);
            return move(db, caller, member, changes);
        }
        if (member.role == OrganizationRole::owner ||
            changes.role.value_or(member.role) == OrganizationRole::owner)
            require_allowed(role, Action::make_owners);
        return change(db, caller, member, changes);
    });
}

MemberResponse Members::change(Writer& db, const Caller& caller, const MemberResponse& member,
                               const MemberUpdateRequest& changes) const {
    MemberResponse changed = member;
    changed.role = changes.role.value_or(member.role);
    changed.team = changes.team.value_or(member.team);
    const auto note = [&](std::string_view action, boost::json::object details) {
        parts_.audit.note(db, caller,
                          {action, member.organization_id, member.user_id.text(), std::move(details)});
    };
    if (changed.role != member.role) {
        keep_an_owner(db, member);
        note("member.role_changed", old_and_new(member.role, changed.role));
    }
    if (changed.team != member.team)
        note("member.team_changed", old_and_new(member.team, changed.team));
    store::update(db, changed);
    if (changed.role != member.role)
        after_role_change(db, {member.organization_id, member.user_id, member.role, changed.role},
                          parts_.clock.now());
    return changed;
}

MemberResponse Members::move(Writer& db, const Caller& caller, const MemberResponse& member,
                             const MemberUpdateRequest& changes) const {
    const OrganizationId from = member.organization_id, to = *changes.organization_id;
    refuse_personal(db, from);
    refuse_personal(db, to);
    refuse_member(db, member.user_id, to);
    keep_an_owner(db, member);
    const auto role = changes.role.value_or(member.role);
    const auto team = changes.team.value_or(std::nullopt);
    store::erase(db, from, member.user_id);
    after_role_change(db, {from, member.user_id, member.role, std::nullopt}, parts_.clock.now());
    store::insert(db, {to, member.user_id, role, team, parts_.clock.now(), false});
    const boost::json::object details{{"organization", old_and_new(from, to)},
                                      {"role", old_and_new(member.role, role)},
                                      {"team", old_and_new(member.team, team)}};
    for (const OrganizationId organization : {from, to})
        parts_.audit.note(db, caller, {"member.moved", organization, member.user_id.text(), details});
    return require_target(db, view_of(caller, OrganizationRole::owner, to), member.user_id);
}

Task<void> Members::remove(Caller caller, MemberPath path) {
    co_await parts_.database.write([&](Writer& db) {
        const auto role = require_member(db, caller, path.org_id);
        const bool leaves = path.target_user_id == caller.user;
        if (!leaves)
            require_allowed(role, Action::manage_members);
        const auto member = require_target(db, view_of(caller, role, path.org_id), path.target_user_id);
        if (!leaves && member.role == OrganizationRole::owner)
            require_allowed(role, Action::make_owners);
        keep_an_owner(db, member);
        store::erase(db, path.org_id, member.user_id);
        after_role_change(db, {path.org_id, member.user_id, member.role, std::nullopt}, parts_.clock.now());
        const boost::json::object details{{"role", to_json(member.role)}, {"team", to_json(member.team)}};
        parts_.audit.note(
            db, caller,
            {leaves ? "member.left" : "member.removed", path.org_id, member.user_id.text(), details});
    });
}

} // namespace xentree
