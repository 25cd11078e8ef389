#include "features/api_keys/store.h"

#include <fmt/ranges.h>

namespace xentree::api_keys_store {

namespace {

struct KeyRow {
    ApiKeyId id;
    std::string name, prefix, last_four;
    OrganizationId organization_id;
    std::string scopes, allowed_ips;
    UserId user_id;
    Instant created_at;
    std::optional<Instant> expires_at, last_used_at;
    std::optional<std::string> last_used_ip;
    std::int64_t request_count;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (),
                      (id, name, prefix, last_four, organization_id, scopes, allowed_ips, user_id, created_at,
                       expires_at, last_used_at, last_used_ip, request_count))

struct KnownRow {
    ApiKeyId id;
    UserId maker;
    OrganizationId organization;
    PlatformRole role;
    Plan plan;
    std::string scopes, allowed_ips;
    std::optional<Instant> expires;
};
BOOST_DESCRIBE_STRUCT(KnownRow, (), (id, maker, organization, role, plan, scopes, allowed_ips, expires))

std::string join(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

std::vector<std::string> split(std::string_view words) {
    std::vector<std::string> parts;
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        parts.emplace_back(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return parts;
}

APIKeyResponse to_response(KeyRow row) {
    return {row.id,
            std::move(row.name),
            std::move(row.prefix),
            std::move(row.last_four),
            std::nullopt,
            row.organization_id,
            split(row.scopes),
            split(row.allowed_ips),
            row.user_id,
            row.created_at,
            row.expires_at,
            row.last_used_at,
            std::move(row.last_used_ip),
            row.request_count};
}

const std::string select_keys = "SELECT id, name, prefix, last_four, organization_id, scopes, allowed_ips, "
                                "user_id, created_at, expires_at, last_used_at, last_used_ip, request_count "
                                "FROM api_keys ";
const std::string select_all = select_keys + "WHERE id < $1 ORDER BY id DESC LIMIT $2";
const std::string select_of_maker = select_keys + "WHERE user_id = $3 AND id < $1 ORDER BY id DESC LIMIT $2";
const std::string select_of_organization =
    select_keys + "WHERE organization_id = $3 AND id < $1 ORDER BY id DESC LIMIT $2";

// Where a page begins: the id is smaller than this.
template<class Id>
Id begin_of(const PageRequest& page) {
    Id before;
    before.bytes.fill(0xff);
    if (const auto after = page.after<Id>())
        before = std::get<0>(*after);
    return before;
}

std::int64_t limit_of(const PageRequest& page) {
    return static_cast<std::int64_t>(page.limit + 1);
}

std::vector<APIKeyResponse> to_responses(std::vector<KeyRow> rows) {
    std::vector<APIKeyResponse> keys;
    keys.reserve(rows.size());
    for (auto& row : rows)
        keys.push_back(to_response(std::move(row)));
    return keys;
}

} // namespace

void insert(Writer& db, const APIKeyResponse& key, const Digest& hash) {
    db.run("INSERT INTO api_keys (id, hash, user_id, organization_id, name, prefix, last_four, scopes, "
           "allowed_ips, created_at, expires_at, request_count) "
           "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)",
           key.id, hash, key.created_by, key.organization_id, key.name, key.prefix, key.last_four,
           join(key.scopes), join(key.allowed_ips), key.created_at, key.expires_at);
}

std::vector<APIKeyResponse> list(Reader& db, std::optional<UserId> maker, const PageRequest& page) {
    const auto before = begin_of<ApiKeyId>(page);
    return to_responses(maker ? db.all<KeyRow>(select_of_maker, before, limit_of(page), *maker)
                              : db.all<KeyRow>(select_all, before, limit_of(page)));
}

std::vector<APIKeyResponse> list_of(Reader& db, OrganizationId organization, const PageRequest& page) {
    return to_responses(
        db.all<KeyRow>(select_of_organization, begin_of<ApiKeyId>(page), limit_of(page), organization));
}

std::tuple<ApiKeyId> position_of(const APIKeyResponse& key) {
    return {key.id};
}

std::optional<Erased> erase(Writer& db, std::optional<UserId> maker, ApiKeyId id) {
    if (!maker)
        return db.one<Erased>("DELETE FROM api_keys WHERE id = $1 RETURNING id, organization_id, user_id",
                              id);
    return db.one<Erased>(
        "DELETE FROM api_keys WHERE id = $1 AND user_id = $2 RETURNING id, organization_id, user_id", id,
        *maker);
}

std::optional<Erased> erase_of(Writer& db, OrganizationId organization, ApiKeyId id) {
    return db.one<Erased>(
        "DELETE FROM api_keys WHERE id = $1 AND organization_id = $2 RETURNING id, organization_id, user_id",
        id, organization);
}

std::vector<TenantResponse> list_tenants(Reader& db, UserId member, const PageRequest& page) {
    return db.all<TenantResponse>(
        "SELECT o.id, o.name, o.slug, m.role, o.plan, o.is_personal, "
        "(SELECT CAST(count(*) AS bigint) FROM memberships WHERE organization_id = o.id), "
        "(SELECT CAST(count(*) AS bigint) FROM api_keys WHERE organization_id = o.id AND user_id = $3), "
        "o.created_at FROM memberships m JOIN organizations o ON o.id = m.organization_id "
        "WHERE m.user_id = $3 AND m.organization_id < $1 ORDER BY m.organization_id DESC LIMIT $2",
        begin_of<OrganizationId>(page), limit_of(page), member);
}

std::vector<TenantResponse> list_all_tenants(Reader& db, UserId viewer, const PageRequest& page) {
    return db.all<TenantResponse>(
        "SELECT o.id, o.name, o.slug, m.role, o.plan, o.is_personal, "
        "(SELECT CAST(count(*) AS bigint) FROM memberships WHERE organization_id = o.id), "
        "(SELECT CAST(count(*) AS bigint) FROM api_keys WHERE organization_id = o.id), "
        "o.created_at FROM organizations o "
        "LEFT JOIN memberships m ON m.organization_id = o.id AND m.user_id = $3 "
        "WHERE o.id < $1 ORDER BY o.id DESC LIMIT $2",
        begin_of<OrganizationId>(page), limit_of(page), viewer);
}

std::optional<KnownKey> find(Reader& db, const Digest& hash) {
    auto row = db.one<KnownRow>(
        "SELECT api_keys.id, api_keys.user_id, api_keys.organization_id, users.role, users.plan, "
        "api_keys.scopes, api_keys.allowed_ips, api_keys.expires_at "
        "FROM api_keys JOIN users ON users.id = api_keys.user_id "
        "WHERE api_keys.hash = $1 AND users.is_active",
        hash);
    if (!row)
        return std::nullopt;
    return KnownKey{row->id,   row->maker,         row->organization,           row->role,
                    row->plan, split(row->scopes), std::move(row->allowed_ips), row->expires};
}

void note_use(Writer& db, ApiKeyId id, const LastUse& use) {
    // Another node may have written a later one.
    db.run("UPDATE api_keys SET request_count = request_count + $4, "
           "last_used_ip = CASE WHEN last_used_at > $2 THEN last_used_ip ELSE $3 END, "
           "last_used_at = CASE WHEN last_used_at > $2 THEN last_used_at ELSE $2 END WHERE id = $1",
           id, use.minute, use.address, use.count);
}

} // namespace xentree::api_keys_store
