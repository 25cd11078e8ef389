#include "features/audit/store.h"

namespace xentree::audit_store {

namespace {

// A condition, or for a filter that is not set one that is true, where the parameter only tells its type.
std::string_view where(bool is_set, std::string_view condition, std::string_view otherwise) {
    return is_set ? condition : otherwise;
}

std::string select(const AuditFilter& filter) {
    std::string sql = "SELECT audit_log.id, audit_log.at, audit_log.action, audit_log.actor, users.username, "
                      "audit_log.credential, audit_log.organization, organizations.slug, audit_log.target, "
                      "audit_log.details, audit_log.address, audit_log.request FROM audit_log "
                      "LEFT JOIN users ON users.id = audit_log.actor "
                      "LEFT JOIN organizations ON organizations.id = audit_log.organization WHERE ";
    sql += where(filter.organization.has_value(), "audit_log.organization = $1", "CAST($1 AS uuid) IS NULL");
    sql += " AND ";
    sql += where(filter.actor.has_value(), "audit_log.actor = $2", "CAST($2 AS uuid) IS NULL");
    if (filter.is_by_operator)
        sql += " AND audit_log.actor IS NULL AND audit_log.credential = 'operator'";
    sql += " AND ";
    sql += where(!filter.action.empty(), "audit_log.action = $3", "CAST($3 AS text) = ''");
    sql += " AND ";
    sql += where(!filter.target.empty(), "audit_log.target = $4", "CAST($4 AS text) = ''");
    sql += " AND audit_log.at >= $5 AND (audit_log.at, audit_log.id) < ($6, $7) "
           "ORDER BY audit_log.at DESC, audit_log.id DESC LIMIT $8";
    return sql;
}

} // namespace

void insert(Writer& db, const AuditRecord& record) {
    db.run(
        "INSERT INTO audit_log (id, at, action, actor, credential, organization, target, details, address, "
        "request) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        record.id, record.at, record.action, record.actor, record.credential, record.organization,
        record.target, record.details, record.address, record.request);
}

std::vector<AuditRecord> list(Reader& db, const AuditFilter& filter, AuditPlace place, std::int64_t limit) {
    return db.all<AuditRecord>(select(filter), filter.organization, filter.actor, filter.action,
                               filter.target, filter.since, place.at, place.id, limit);
}

std::vector<std::string> list_actions(Reader& db, std::string_view beginning) {
    return db.all<std::string>(
        "WITH RECURSIVE known(action) AS (SELECT min(action) FROM audit_log UNION ALL "
        "SELECT (SELECT min(action) FROM audit_log WHERE action > known.action) FROM known "
        "WHERE known.action IS NOT NULL) SELECT action FROM known "
        "WHERE substr(action, 1, length(CAST($1 AS text))) = CAST($1 AS text)",
        beginning);
}

std::int64_t erase_oldest(Writer& db, Instant before, std::int64_t limit) {
    return db.run("DELETE FROM audit_log WHERE id IN "
                  "(SELECT id FROM audit_log WHERE at < $1 ORDER BY at, id LIMIT $2)",
                  before, limit);
}

std::optional<OrganizationId> find_organization(Reader& db, std::string_view slug) {
    return db.one<OrganizationId>("SELECT id FROM organizations WHERE slug = $1", slug);
}

std::optional<UserId> find_user(Reader& db, std::string_view name) {
    return db.one<UserId>("SELECT id FROM users WHERE username = $1 OR email_key = $1", name);
}

} // namespace xentree::audit_store
