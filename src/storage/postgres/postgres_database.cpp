#include "storage/postgres/postgres_database.h"

namespace xentree {

namespace {

// The advisory lock of whoever migrates; "xentree" in ASCII.
constexpr std::int64_t migration_lock = 0x78656e74726565;

PostgresAddress reachable(const std::string& url) {
    PostgresAddress address(url);
    const PostgresConnection probe(address, PostgresConnection::Use::read);
    return address;
}

} // namespace

PostgresDatabase::PostgresDatabase(const DatabaseOptions& options) :
    address_(reachable(options.url)), readers_(address_, PostgresConnection::Use::read, options),
    writers_(address_, PostgresConnection::Use::write, options) {}

std::vector<std::string> PostgresDatabase::migrate() {
    PostgresConnection connection(address_, PostgresConnection::Use::migrate);
    // Held until the connection closes.
    connection.script(fmt::format("SELECT pg_advisory_lock({})", migration_lock));
    return apply_migrations(connection, built_in_migrations());
}

} // namespace xentree
