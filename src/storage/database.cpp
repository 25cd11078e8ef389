#include "storage/database.h"

#include "storage/postgres/postgres_database.h"
#include "storage/sqlite/sqlite_database.h"

namespace xentree {

std::unique_ptr<Database> open_database(const DatabaseOptions& options) {
    constexpr std::string_view sqlite = "sqlite:";
    const std::string_view url = options.url;
    if (url.starts_with(sqlite))
        return std::make_unique<SqliteDatabase>(std::string(url.substr(sqlite.size())), options.queue);
    if (url.starts_with("postgres://") || url.starts_with("postgresql://"))
        return std::make_unique<PostgresDatabase>(options);
    // Not even the part before the colon is repeated: a mistyped URL may have its password anywhere.
    throw std::runtime_error("The database URL must begin with sqlite: (sqlite:/path/to/xentree.db) or with "
                             "postgresql:// (postgresql://user:password@host/database).");
}

} // namespace xentree
