#include "features/integration_tokens/token_store.h"

#include <limits>

namespace xentree::integration_token_store {

namespace {

const std::string select_revocations =
    "SELECT jti, organization_id, reason, revoked_by, revoked_at, expires_at "
    "FROM integration_token_revocations ";
const std::string select_of_all = select_revocations +
                                  "WHERE (revoked_at, organization_id, jti) < ($1, $2, $3) "
                                  "ORDER BY revoked_at DESC, organization_id DESC, jti DESC "
                                  "LIMIT $4";
const std::string select_of_one = select_revocations + "WHERE organization_id = $1 AND (revoked_at, jti) < "
                                                       "($2, $3) ORDER BY revoked_at DESC, jti DESC LIMIT $4";
const std::string select_one = select_revocations + "WHERE organization_id = $1 AND jti = $2";

} // namespace

std::optional<OrganizationId> find_default_organization(Reader& db, UserId user) {
    return db.one<OrganizationId>("SELECT default_organization_id FROM users WHERE id = $1", user);
}

bool has_organization(Reader& db, OrganizationId organization) {
    return db.one<OrganizationId>("SELECT id FROM organizations WHERE id = $1", organization).has_value();
}

void insert(Writer& db, const IntegrationClaims& claims) {
    db.run(
        "INSERT INTO integration_tokens (id, organization_id, user_id, api_key_id, created_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        claims.jti, claims.tenant_id, claims.user_id, claims.key_id, claims.iat, claims.exp);
}

Standing find_standing(Reader& db, OrganizationId organization, IntegrationTokenId id) {
    // One row always: a token that is gone may have been revoked before.
    return *db.one<Standing>(
        "SELECT revocations.revoked_at, users.is_active, users.plan, api_keys.expires_at "
        "FROM (SELECT 1) AS token "
        "LEFT JOIN integration_token_revocations AS revocations "
        "ON revocations.organization_id = $1 AND revocations.jti = $2 "
        "LEFT JOIN integration_tokens ON integration_tokens.id = $3 AND integration_tokens.organization_id = "
        "$1 "
        "LEFT JOIN users ON users.id = integration_tokens.user_id "
        "LEFT JOIN api_keys ON api_keys.id = integration_tokens.api_key_id",
        organization, id.text(), id);
}

std::optional<KnownToken> find(Reader& db, OrganizationId organization, IntegrationTokenId id) {
    return db.one<KnownToken>(
        "SELECT user_id, expires_at FROM integration_tokens WHERE id = $1 AND organization_id = $2", id,
        organization);
}

std::optional<IntegrationTokenRevocationItem> find_revocation(Reader& db, OrganizationId organization,
                                                              const std::string& jti) {
    return db.one<IntegrationTokenRevocationItem>(select_one, organization, jti);
}

void insert_revocation(Writer& db, const IntegrationTokenRevocationItem& revocation) {
    db.run("INSERT INTO integration_token_revocations (organization_id, jti, reason, revoked_by, revoked_at, "
           "expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
           revocation.tenantId, revocation.jti, revocation.reason, revocation.revokedBy, revocation.revokedAt,
           revocation.expiresAt);
}

std::optional<Instant> find_unknown_revocation(Reader& db, OrganizationId organization, std::int64_t place) {
    return db.one<Instant>(
        "SELECT revoked_at FROM integration_token_revocations WHERE organization_id = $1 AND "
        "expires_at IS NULL ORDER BY revoked_at DESC LIMIT 1 OFFSET $2",
        organization, place - 1);
}

std::vector<IntegrationTokenRevocationItem>
list_revocations(Reader& db, std::optional<OrganizationId> organization, const PageRequest& page) {
    const auto [at, of, jti] = page.after<Instant, OrganizationId, std::string>().value_or(std::tuple(
        Instant(Milliseconds(std::numeric_limits<std::int64_t>::max())), OrganizationId{}, std::string()));
    const auto limit = static_cast<std::int64_t>(page.limit + 1);
    return organization ? db.all<IntegrationTokenRevocationItem>(select_of_one, *organization, at, jti, limit)
                        : db.all<IntegrationTokenRevocationItem>(select_of_all, at, of, jti, limit);
}

std::tuple<Instant, OrganizationId, std::string> position_of(const IntegrationTokenRevocationItem& item) {
    return {item.revokedAt, item.tenantId, item.jti};
}

void erase_expired(Writer& db, Instant until) {
    db.run("DELETE FROM integration_tokens WHERE expires_at <= $1", until);
}

void erase_revocations(Writer& db, Instant until) {
    db.run("DELETE FROM integration_token_revocations WHERE revoked_at <= $1", until);
}

} // namespace xentree::integration_token_store
