#include "features/organizations/store.h"

namespace xentree::organizations_store {

namespace {

const std::string select_organizations =
    "SELECT organizations.id, organizations.name, organizations.slug, organizations.description, mine.role, "
    "organizations.is_personal, organizations.plan, "
    "(SELECT COUNT(*) FROM memberships WHERE memberships.organization_id = organizations.id), "
    "organizations.created_at, organizations.updated_at "
    "FROM memberships AS mine JOIN organizations ON organizations.id = mine.organization_id ";
const std::string select_one = select_organizations + "WHERE mine.user_id = $1 AND mine.organization_id = $2";
const std::string select_page = select_organizations +
                                "WHERE mine.user_id = $1 AND mine.organization_id < $2 "
                                "ORDER BY mine.organization_id DESC LIMIT $3";

// For those of a set whose default the organization is.
const std::string fall_back =
    "UPDATE users SET default_organization_id = (SELECT personal.id FROM memberships "
    "JOIN organizations AS personal ON personal.id = memberships.organization_id "
    "WHERE memberships.user_id = users.id AND personal.is_personal) "
    "WHERE default_organization_id = $1 AND id IN ";
const std::string some_ordinary_members =
    "(SELECT user_id FROM memberships WHERE organization_id = $1 AND role IN ('instructor', 'member') "
    "ORDER BY role, joined_at, user_id LIMIT $2)";

} // namespace

std::optional<OrganizationId> find_by_slug(Reader& db, std::string_view slug) {
    return db.one<OrganizationId>("SELECT id FROM organizations WHERE slug = $1", slug);
}

std::optional<OrganizationResponse> find(Reader& db, UserId member, OrganizationId organization) {
    return db.one<OrganizationResponse>(select_one, member, organization);
}

std::vector<OrganizationResponse> list(Reader& db, UserId member, const PageRequest& page) {
    OrganizationId before; // ids begin with the time
    before.bytes.fill(0xff);
    if (const auto after = page.after<OrganizationId>())
        before = std::get<0>(*after);
    return db.all<OrganizationResponse>(select_page, member, before,
                                        static_cast<std::int64_t>(page.limit + 1));
}

std::tuple<OrganizationId> position_of(const OrganizationResponse& organization) {
    return {organization.id};
}

bool is_personal(Reader& db, OrganizationId organization) {
    return db.one<bool>("SELECT is_personal FROM organizations WHERE id = $1", organization).value_or(false);
}

void insert(Writer& db, const OrganizationResponse& organization) {
    db.run(
        "INSERT INTO organizations (id, name, slug, description, is_personal, plan, created_at, updated_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        organization.id, organization.name, organization.slug, organization.description,
        organization.is_personal, organization.plan, organization.created_at, organization.updated_at);
}

void update(Writer& db, const OrganizationResponse& organization) {
    db.run("UPDATE organizations SET name = $2, slug = $3, description = $4, updated_at = $5 WHERE id = $1",
           organization.id, organization.name, organization.slug, organization.description,
           organization.updated_at);
}

void erase(Writer& db, OrganizationId organization) {
    db.run(fall_back + "(SELECT user_id FROM memberships WHERE organization_id = $1)", organization);
    db.run("DELETE FROM organizations WHERE id = $1", organization);
}

std::int64_t erase_ordinary_members(Writer& db, OrganizationId organization, std::int64_t most) {
    db.run(fall_back + some_ordinary_members, organization, most);
    return db.run("DELETE FROM memberships WHERE organization_id = $1 AND user_id IN " +
                      some_ordinary_members,
                  organization, most);
}

} // namespace xentree::organizations_store
