#include "storage/sqlite/connection.h"

#include "storage/sqlite/fault.h"

namespace xentree {

namespace {

constexpr std::size_t statement_limit = 256;

// What makes both databases understand the same text the same way, and what keeps a damaged or hostile file
// from doing more harm than failing (sqlite.org/security.html).
void harden(sqlite3* db) {
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
}

// SQLite would count the memory in use, under one lock for all threads. Before the first connection only.
void configure() {
    [[maybe_unused]] static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

} // namespace

SqliteConnection::SqliteConnection(const std::string& path, Access access, Milliseconds patience) :
    statements_(statement_limit) {
    configure();
    const int mode = access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    sqlite3* opened = nullptr;
    const int code =
        sqlite3_open_v2(path.c_str(), &opened, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    db_.reset(opened);
    if (code != SQLITE_OK)
        throw_sqlite_fault(opened, code, "open");
    sqlite3_busy_timeout(opened, static_cast<int>(patience.count()));
    harden(opened);
    script(
        "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
        "PRAGMA case_sensitive_like = ON; PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 67108864");
}

void SqliteConnection::script(const std::string& statements) {
    const int code = sqlite3_exec(db_.get(), statements.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        throw_sqlite_fault(db_.get(), code, statements);
}

SqliteStatement& SqliteConnection::prepared(std::string_view sql) {
    if (SqliteStatement* known = statements_.find(sql))
        return *known;
    return statements_.add(std::string(sql), SqliteStatement(db_.get(), sql));
}

std::int64_t SqliteConnection::execute(std::string_view sql, const std::vector<Parameter>& parameters,
                                       const std::function<void(const Row&)>& each) {
    const std::int64_t before = sqlite3_total_changes64(db_.get());
    prepared(sql).run(parameters, each);
    // sqlite3_changes64 alone still tells of the statement before, where this one changes nothing by its
    // kind.
    return sqlite3_total_changes64(db_.get()) == before ? 0 : sqlite3_changes64(db_.get());
}

} // namespace xentree
