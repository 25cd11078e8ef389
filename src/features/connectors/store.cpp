#include "features/connectors/store.h"

#include <fmt/ranges.h>

namespace xentree::connections_store {

namespace {

struct ShownRow {
    ConnectionId id;
    ConnectorProvider provider;
    ConnectionStatus status;
    std::optional<std::string> account_email;
    std::string scopes;
    Instant connected_at;
    std::optional<Instant> last_synced_at;
    std::optional<std::string> last_error;
};
BOOST_DESCRIBE_STRUCT(ShownRow, (),
                      (id, provider, status, account_email, scopes, connected_at, last_synced_at, last_error))

struct WholeRow {
    ConnectionId id;
    ConnectorProvider provider;
    ConnectionStatus status;
    std::optional<std::string> account_email;
    std::string scopes;
    Instant connected_at;
    std::optional<Instant> last_synced_at;
    std::optional<std::string> last_error;
    std::string time_zone;
    Blob sealed_tokens;
    std::int64_t version;
    std::optional<Instant> leased_until;
};
BOOST_DESCRIBE_STRUCT(WholeRow, (),
                      (id, provider, status, account_email, scopes, connected_at, last_synced_at, last_error,
                       time_zone, sealed_tokens, version, leased_until))

const std::string shown_columns =
    "connections.id, connections.provider, connections.status, connections.account_email, "
    "connections.scopes, connections.connected_at, connections.last_synced_at, connections.last_error";
const std::string select_whole =
    "SELECT " + shown_columns +
    ", users.timezone, connections.sealed_tokens, connections.version, connections.leased_until "
    "FROM connections JOIN users ON users.id = connections.user_id WHERE connections.user_id = $1 ";
const std::string select_by_provider = select_whole + "AND connections.provider = $2";
const std::string select_by_id = select_whole + "AND connections.id = $2";
const std::string select_page =
    "SELECT " + shown_columns + " FROM connections WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

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

template<class Row>
IntegrationOut shown(const Row& row) {
    return {row.id,           row.provider,       row.status,    row.account_email, split(row.scopes),
            row.connected_at, row.last_synced_at, row.last_error};
}

Connection whole(const WholeRow& row) {
    return {shown(row), row.time_zone, row.sealed_tokens, row.version, row.leased_until};
}

std::optional<Connection> whole(const std::optional<WholeRow>& row) {
    return row ? std::optional(whole(*row)) : std::nullopt;
}

} // namespace

std::vector<IntegrationOut> list(Reader& db, UserId user, const PageRequest& page) {
    ConnectionId before;
    before.bytes.fill(0xff);
    if (const auto after = page.after<ConnectionId>())
        before = std::get<0>(*after);
    std::vector<IntegrationOut> found;
    for (const auto& row :
         db.all<ShownRow>(select_page, user, before, static_cast<std::int64_t>(page.limit + 1)))
        found.push_back(shown(row));
    return found;
}

std::tuple<ConnectionId> position_of(const IntegrationOut& connection) {
    return {connection.id};
}

std::optional<Connection> find(Reader& db, UserId user, ConnectorProvider provider) {
    return whole(db.one<WholeRow>(select_by_provider, user, provider));
}

std::optional<Connection> find(Reader& db, UserId user, ConnectionId id) {
    return whole(db.one<WholeRow>(select_by_id, user, id));
}

std::vector<Connection> all_of(Reader& db, UserId user) {
    std::vector<Connection> found;
    for (const auto& row : db.all<WholeRow>(select_whole, user))
        found.push_back(whole(row));
    return found;
}

bool is_active(Reader& db, UserId user) {
    return db.one<bool>("SELECT is_active FROM users WHERE id = $1", user).value_or(false);
}

void insert(Writer& db, const NewConnection& connection, const Consent& consent) {
    db.run("INSERT INTO connections (id, user_id, provider, status, account_email, scopes, connected_at, "
           "last_error, sealed_tokens, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)",
           connection.id, connection.user, connection.provider, consent.status, consent.account_email,
           join(consent.tokens.scopes), consent.at, consent.error, consent.tokens.sealed);
}

void renew(Writer& db, const Version& connection, const Consent& consent) {
    db.run("UPDATE connections SET status = $3, account_email = $4, scopes = $5, connected_at = $6, "
           "last_error = $7, sealed_tokens = $8, version = version + 1, leased_until = NULL "
           "WHERE id = $1 AND user_id = $2",
           connection.id, connection.user, consent.status, consent.account_email, join(consent.tokens.scopes),
           consent.at, consent.error, consent.tokens.sealed);
}

bool erase(Writer& db, UserId user, ConnectionId id) {
    return db.run("DELETE FROM connections WHERE id = $1 AND user_id = $2", id, user) == 1;
}

bool take_lease(Writer& db, const Version& connection, const Lease& lease) {
    return db.run("UPDATE connections SET leased_until = $5 WHERE id = $1 AND user_id = $2 AND version = $3 "
                  "AND status = 'connected' AND (leased_until IS NULL OR leased_until <= $4)",
                  connection.id, connection.user, connection.version, lease.now, lease.until) == 1;
}

bool keep_tokens(Writer& db, const Version& connection, const Tokens& tokens) {
    return db.run("UPDATE connections SET sealed_tokens = $4, scopes = $5, version = version + 1, "
                  "leased_until = NULL WHERE id = $1 AND user_id = $2 AND version = $3",
                  connection.id, connection.user, connection.version, tokens.sealed,
                  join(tokens.scopes)) == 1;
}

void give_lease_back(Writer& db, const Version& connection, std::string_view error) {
    db.run("UPDATE connections SET last_error = $4, leased_until = NULL "
           "WHERE id = $1 AND user_id = $2 AND version = $3",
           connection.id, connection.user, connection.version, error);
}

bool end(Writer& db, const Version& connection, ConnectionStatus status, std::string_view error) {
    return db.run("UPDATE connections SET status = $4, last_error = $5, version = version + 1, "
                  "leased_until = NULL WHERE id = $1 AND user_id = $2 AND version = $3",
                  connection.id, connection.user, connection.version, status, error) == 1;
}

void note_success(Writer& db, const Version& connection, Instant at) {
    db.run("UPDATE connections SET last_synced_at = $4, last_error = NULL "
           "WHERE id = $1 AND user_id = $2 AND version = $3",
           connection.id, connection.user, connection.version, at);
}

void note_failure(Writer& db, const Version& connection, std::string_view error) {
    db.run("UPDATE connections SET last_error = $4 WHERE id = $1 AND user_id = $2 AND version = $3 "
           "AND (last_error IS NULL OR last_error <> $4)",
           connection.id, connection.user, connection.version, error);
}

} // namespace xentree::connections_store
