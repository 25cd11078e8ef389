#include "storage/migrations.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace xentree {

namespace {

struct Applied {
    std::int64_t version;
    std::string name;
    std::string checksum;
};
BOOST_DESCRIBE_STRUCT(Applied, (), (version, name, checksum))

std::string checksum(std::string_view text) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    std::string hex;
    for (const unsigned char byte : digest)
        hex += fmt::format("{:02x}", byte);
    return hex;
}

void check(const Applied& applied, std::span<const Migration> known) {
    const auto same = std::ranges::find(known, applied.version, &Migration::version);
    if (same == known.end())
        throw std::runtime_error(fmt::format(
            "The database has the migration {}, which this version of xentree does not know: a newer "
            "version has been here. Run that version, or restore a backup from before it.",
            applied.name));
    if (same->name != applied.name || checksum(same->text) != applied.checksum)
        throw std::runtime_error(fmt::format(
            "The database was made with another migration {} than this version of xentree has ({}, or other "
            "statements). Run the version that made it.",
            applied.name, same->name));
}

void record(SchemaConnection& db, const Migration& migration) {
    const std::string_view now = db.dialect() == Dialect::sqlite
                                     ? "CAST(strftime('%s', 'now') AS INTEGER) * 1000"
                                     : "CAST(floor(extract(epoch FROM now())) AS bigint) * 1000";
    db.run(fmt::format(
               "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, {})",
               now),
           migration.version, migration.name, checksum(migration.text));
}

// Applies the first one that is missing; null where none is. The transaction's lock keeps others out.
const Migration* apply_next(SchemaConnection& db, std::span<const Migration> known) {
    db.script("CREATE TABLE IF NOT EXISTS schema_migrations (version bigint NOT NULL PRIMARY KEY, "
              "name text NOT NULL, checksum text NOT NULL, applied_at bigint NOT NULL)");
    const auto applied =
        db.all<Applied>("SELECT version, name, checksum FROM schema_migrations ORDER BY version");
    for (const Applied& one : applied)
        check(one, known);
    for (const Migration& migration : known) {
        if (std::ranges::find(applied, migration.version, &Applied::version) != applied.end())
            continue;
        db.script(statements_for(db.dialect(), migration));
        record(db, migration);
        return &migration;
    }
    return nullptr;
}

const Migration* apply_next_whole(SchemaConnection& db, std::span<const Migration> known) {
    db.script(db.dialect() == Dialect::sqlite ? "BEGIN IMMEDIATE" : "BEGIN");
    try {
        const Migration* applied = apply_next(db, known);
        db.script("COMMIT");
        return applied;
    } catch (...) {
        try {
            db.script("ROLLBACK");
        } catch (const std::exception&) {
            // The connection is gone, and the transaction with it; the first exception says why.
        }
        throw;
    }
}

} // namespace

std::string statements_for(Dialect dialect, const Migration& migration) {
    const std::string_view mine = dialect == Dialect::sqlite ? "-- only: sqlite" : "-- only: postgresql";
    std::string statements;
    bool wanted = true;
    for (std::string_view rest = migration.text; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.starts_with("-- only: "))
            wanted = line == mine;
        else if (line == "-- end")
            wanted = true;
        else if (wanted)
            statements.append(line).append("\n");
    }
    return statements;
}

std::vector<std::string> apply_migrations(SchemaConnection& connection, std::span<const Migration> known) {
    std::vector<std::string> names;
    while (const Migration* applied = apply_next_whole(connection, known))
        names.push_back(applied->name);
    return names;
}

} // namespace xentree
