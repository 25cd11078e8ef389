#include "features/organizations/members_store.h"

#include "base/text.h"

namespace xentree::members_store {

namespace {

// The parameters of all selections: $1 the organization, $2 the viewer, $3 whether the viewer sees addresses.
const std::string address_is_visible = "(memberships.user_id = $2 OR ($3 AND memberships.joined_by_own_act))";
// Nobody learns yet.
const std::string last_active_at = "CAST(NULL AS bigint)";
const std::string select_members =
    "SELECT users.id, users.username, users.full_name, CASE WHEN " + address_is_visible +
    " THEN users.email END, users.avatar_url, memberships.role, memberships.team, "
    "memberships.organization_id, memberships.joined_at, " +
    last_active_at +
    " FROM memberships JOIN users ON users.id = memberships.user_id "
    "WHERE memberships.organization_id = $1 AND ";
const std::string select_one = select_members + "memberships.user_id = $4";

// Each names its parameter with and without a filter, so the numbers stay.
const std::string of_role = " AND memberships.role = $7";
const std::string of_any_role = " AND CAST($7 AS text) IS NULL";
const std::string of_team = " AND memberships.team = $8";
const std::string of_any_team = " AND CAST($8 AS text) IS NULL";
const std::string found =
    " AND (users.username LIKE $9 ESCAPE '\\' OR users.full_name_key LIKE $9 ESCAPE '\\' "
    "OR (" +
    address_is_visible + " AND users.email_key LIKE $9 ESCAPE '\\'))";
const std::string not_searched = " AND CAST($9 AS text) IS NULL";

std::string select_page(const MemberFilter& filter) {
    return select_members + "(memberships.joined_at, memberships.user_id) < ($4, $5)" +
           (filter.role ? of_role : of_any_role) + (filter.team ? of_team : of_any_team) +
           (filter.q ? found : not_searched) +
           " ORDER BY memberships.joined_at DESC, memberships.user_id DESC LIMIT $6";
}

// For LIKE: the text anywhere.
std::string pattern_of(std::string_view text) {
    std::string pattern = "%";
    for (const char letter : fold_case(text)) {
        if (letter == '%' || letter == '_' || letter == '\\')
            pattern += '\\';
        pattern += letter;
    }
    return pattern + "%";
}

template<class T>
std::optional<T> value_of(const Omittable<T>& member) {
    return member ? std::optional(*member) : std::nullopt;
}

} // namespace

std::optional<MemberResponse> find(Reader& db, const View& view, UserId user) {
    return db.one<MemberResponse>(select_one, view.organization, view.viewer, view.sees_mail, user);
}

std::vector<MemberResponse> list(Reader& db, const View& view, const MemberFilter& filter,
                                 const PageRequest& page) {
    Instant joined = Instant::max();
    UserId before;
    before.bytes.fill(0xff);
    if (const auto after = page.after<Instant, UserId>())
        std::tie(joined, before) = *after;
    const auto pattern = filter.q ? std::optional(pattern_of(*filter.q)) : std::nullopt;
    return db.all<MemberResponse>(select_page(filter), view.organization, view.viewer, view.sees_mail, joined,
                                  before, static_cast<std::int64_t>(page.limit + 1), value_of(filter.role),
                                  value_of(filter.team), pattern);
}

std::tuple<Instant, UserId> position_of(const MemberResponse& member) {
    return {member.joined_at, member.user_id};
}

bool has_other_owner(Reader& db, OrganizationId organization, UserId than) {
    return db
        .one<UserId>("SELECT user_id FROM memberships WHERE organization_id = $1 AND role = 'owner' AND "
                     "user_id <> $2 LIMIT 1",
                     organization, than)
        .has_value();
}

std::optional<UserId> find_user(Reader& db, UserId id) {
    return db.one<UserId>("SELECT id FROM users WHERE id = $1 AND is_active", id);
}

std::optional<UserId> find_user(Reader& db, std::string_view username) {
    return db.one<UserId>("SELECT id FROM users WHERE username = $1 AND is_active", username);
}

void insert(Writer& db, const Membership& membership) {
    db.run("INSERT INTO memberships (organization_id, user_id, role, team, joined_at, joined_by_own_act) "
           "VALUES ($1, $2, $3, $4, $5, $6)",
           membership.organization, membership.user, membership.role, membership.team, membership.joined_at,
           membership.joined_by_own_act);
}

void update(Writer& db, const MemberResponse& member) {
    db.run("UPDATE memberships SET role = $3, team = $4 WHERE organization_id = $1 AND user_id = $2",
           member.organization_id, member.user_id, member.role, member.team);
}

void erase(Writer& db, OrganizationId organization, UserId user) {
    db.run("DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2", organization, user);
}

void fall_back_from(Writer& db, OrganizationId organization, UserId user) {
    db.run("UPDATE users SET default_organization_id = (SELECT personal.id FROM memberships "
           "JOIN organizations AS personal ON personal.id = memberships.organization_id "
           "WHERE memberships.user_id = $2 AND personal.is_personal) "
           "WHERE id = $2 AND default_organization_id = $1",
           organization, user);
}

} // namespace xentree::members_store
