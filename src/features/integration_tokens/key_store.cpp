#include "features/integration_tokens/key_store.h"

namespace xentree::integration_key_store {

namespace {

struct AnyRow {
    OrganizationId organization;
    std::string kid;
    Blob sealed_private_key, public_key;
    Instant activates_at;
    std::optional<Instant> retired_at;
};
BOOST_DESCRIBE_STRUCT(AnyRow, (),
                      (organization, kid, sealed_private_key, public_key, activates_at, retired_at))

} // namespace

std::vector<KeyRow> list(Reader& db, OrganizationId organization) {
    return db.all<KeyRow>("SELECT kid, sealed_private_key, public_key, activates_at, retired_at "
                          "FROM integration_keys WHERE organization_id = $1 ORDER BY activates_at, kid",
                          organization);
}

std::optional<NewestKey> find_newest(Reader& db, OrganizationId organization) {
    return db.one<NewestKey>("SELECT organization_id, kid, activates_at FROM integration_keys "
                             "WHERE organization_id = $1 AND retired_at IS NULL",
                             organization);
}

std::vector<NewestKey> list_older(Reader& db, Instant until, std::int64_t limit) {
    return db.all<NewestKey>("SELECT organization_id, kid, activates_at FROM integration_keys "
                             "WHERE retired_at IS NULL AND activates_at <= $1 ORDER BY activates_at LIMIT $2",
                             until, limit);
}

std::vector<OrganizationId> list_organizations(Reader& db, OrganizationId after, std::int64_t limit) {
    return db.all<OrganizationId>("SELECT organization_id FROM integration_keys WHERE organization_id > $1 "
                                  "AND retired_at IS NULL ORDER BY organization_id LIMIT $2",
                                  after, limit);
}

std::optional<std::pair<OrganizationId, KeyRow>> any(Reader& db) {
    auto row = db.one<AnyRow>("SELECT organization_id, kid, sealed_private_key, public_key, activates_at, "
                              "retired_at FROM integration_keys LIMIT 1");
    if (!row)
        return std::nullopt;
    return std::pair(row->organization,
                     KeyRow{std::move(row->kid), std::move(row->sealed_private_key),
                            std::move(row->public_key), row->activates_at, row->retired_at});
}

void insert(Writer& db, OrganizationId organization, const TenantKey::Stored& key, Times times) {
    db.run("INSERT INTO integration_keys (organization_id, kid, sealed_private_key, public_key, created_at, "
           "activates_at) VALUES ($1, $2, $3, $4, $5, $6)",
           organization, key.kid, Blob{key.sealed_private_key}, Blob{key.public_key}, times.created_at,
           times.activates_at);
}

void retire(Writer& db, OrganizationId organization, const std::string& kid, Instant at) {
    db.run("UPDATE integration_keys SET retired_at = $3 WHERE organization_id = $1 AND kid = $2",
           organization, kid, at);
}

std::int64_t erase_retired_before(Writer& db, Instant before, std::int64_t limit) {
    return db.run("DELETE FROM integration_keys WHERE (organization_id, kid) IN (SELECT organization_id, kid "
                  "FROM integration_keys WHERE retired_at < $1 LIMIT $2)",
                  before, limit);
}

std::int64_t erase_any(Writer& db, std::int64_t limit) {
    return db.run("DELETE FROM integration_keys WHERE (organization_id, kid) IN (SELECT organization_id, kid "
                  "FROM integration_keys LIMIT $1)",
                  limit);
}

std::int64_t erase(Writer& db, OrganizationId organization) {
    return db.run("DELETE FROM integration_keys WHERE organization_id = $1", organization);
}

bool has_organization(Reader& db, OrganizationId organization) {
    return db.one<OrganizationId>("SELECT id FROM organizations WHERE id = $1", organization).has_value();
}

std::optional<OrganizationId> find_organization(Reader& db, const std::string& slug) {
    return db.one<OrganizationId>("SELECT id FROM organizations WHERE slug = $1", slug);
}

} // namespace xentree::integration_key_store
