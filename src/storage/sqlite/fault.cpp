#include "storage/sqlite/fault.h"

#include "base/error.h"
#include "base/log.h"

namespace xentree {

void throw_sqlite_fault(sqlite3* db, int code, std::string_view sql) {
    const std::string what = fmt::format("SQLite {}: {} in: {}", code, sqlite3_errmsg(db), sql);
    switch (code & 0xff) {
    case SQLITE_BUSY:
        log(LogLevel::warning, "another process holds the database: {}", what);
        throw ApiError::retry_later(ErrorCode::unavailable, std::chrono::seconds(1), "The database is busy.");
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
        log(LogLevel::error, "the database cannot be used: {}", what);
        throw ApiError(ErrorCode::unavailable, "The database cannot be used.");
    }
    // PostgreSQL reruns what collides and ends the same way. A row that a foreign key means is one that went
    // away since it was looked at.
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
        code == SQLITE_CONSTRAINT_FOREIGNKEY) {
        log(LogLevel::warning, "a write collided: {}", what);
        throw ApiError(ErrorCode::conflict);
    }
    throw std::runtime_error(what);
}

} // namespace xentree
