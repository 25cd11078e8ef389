#include "storage/sqlite/sqlite_database.h"

namespace xentree {

namespace {

// How long one process waits for another that migrates the same file.
constexpr Milliseconds migration_patience = std::chrono::minutes(10);

std::string prepared(std::string path) {
    prepare_sqlite_file(path);
    return path;
}

} // namespace

SqliteDatabase::SqliteDatabase(std::string path, std::size_t queue) :
    path_(prepared(std::move(path))), writer_(path_, queue), readers_(path_) {}

std::vector<std::string> SqliteDatabase::migrate() {
    SqliteConnection connection(path_, SqliteConnection::Access::write, migration_patience);
    return apply_migrations(connection, built_in_migrations());
}

Task<void> SqliteDatabase::run_read(std::function<void(Reader&)> f) {
    readers_.read(f);
    co_return;
}

} // namespace xentree
