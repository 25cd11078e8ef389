#pragma once
#include <sqlite3.h>

#include <string_view>

namespace xentree {

// Ends a statement that SQLite refused: ApiError(unavailable) where the database is held by another process
// or its disk fails, ApiError(conflict) for a value that is taken, std::runtime_error for all else.
[[noreturn]] void throw_sqlite_fault(sqlite3* db, int code, std::string_view sql);

} // namespace xentree
