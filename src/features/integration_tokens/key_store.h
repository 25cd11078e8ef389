#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/integration_tokens/tenant_key.h"
#include "storage/database.h"

// The SQL of the organizations' signing keys.
namespace xentree::integration_key_store {

struct KeyRow {
    std::string kid;
    Blob sealed_private_key, public_key;
    Instant activates_at;
    std::optional<Instant> retired_at;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (), (kid, sealed_private_key, public_key, activates_at, retired_at))

// The newest of an organization: the one that is not succeeded by another.
struct NewestKey {
    OrganizationId organization;
    std::string kid;
    Instant activates_at;
};
BOOST_DESCRIBE_STRUCT(NewestKey, (), (organization, kid, activates_at))

std::vector<KeyRow> list(Reader& db, OrganizationId organization); // by the time from which they sign
std::optional<NewestKey> find_newest(Reader& db, OrganizationId organization);
// Those that sign since `until` at least: at most `limit`, the oldest first.
std::vector<NewestKey> list_older(Reader& db, Instant until, std::int64_t limit);
// Organizations that have a key, from the one after `after` on.
std::vector<OrganizationId> list_organizations(Reader& db, OrganizationId after, std::int64_t limit);
// One row of all, to try the master key on.
std::optional<std::pair<OrganizationId, KeyRow>> any(Reader& db);

struct Times {
    Instant created_at, activates_at;
};
void insert(Writer& db, OrganizationId organization, const TenantKey::Stored& key, Times times);
void retire(Writer& db, OrganizationId organization, const std::string& kid, Instant at);

// How many are gone, of at most `limit`.
std::int64_t erase_retired_before(Writer& db, Instant before, std::int64_t limit);
std::int64_t erase_any(Writer& db, std::int64_t limit);
std::int64_t erase(Writer& db, OrganizationId organization);

bool has_organization(Reader& db, OrganizationId organization);
std::optional<OrganizationId> find_organization(Reader& db, const std::string& slug);

} // namespace xentree::integration_key_store
