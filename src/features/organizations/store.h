#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "features/organizations/types.h"
#include "http/page.h"
#include "storage/database.h"

// The SQL of organizations. Every statement names a member, or follows a check of who may (memberships.h).
namespace xentree::organizations_store {

// Slugs are of all organizations together.
std::optional<OrganizationId> find_by_slug(Reader& db, std::string_view slug);

// As the member sees it.
std::optional<OrganizationResponse> find(Reader& db, UserId member, OrganizationId organization);
// Newest first, limit + 1 of them where there are as many.
std::vector<OrganizationResponse> list(Reader& db, UserId member, const PageRequest& page);
std::tuple<OrganizationId> position_of(const OrganizationResponse& organization);
bool is_personal(Reader& db, OrganizationId organization);

// Without members.
void insert(Writer& db, const OrganizationResponse& organization);
// Name, slug, description, updated_at.
void update(Writer& db, const OrganizationResponse& organization);
// With what refers to it, by the foreign keys. Whoever had it as default falls back to the personal one.
void erase(Writer& db, OrganizationId organization);
// Ends so many memberships of those who manage nothing; answers how many there were.
std::int64_t erase_ordinary_members(Writer& db, OrganizationId organization, std::int64_t most);

} // namespace xentree::organizations_store
