#pragma once
#include <sqlite3.h>

#include <memory>
#include <string>

#include "storage/migrations.h"
#include "storage/recently_used.h"
#include "storage/sqlite/statement.h"

namespace xentree {

// One connection to a database file. One thread at a time.
class SqliteConnection final : public SchemaConnection {
  public:
    enum class Access { read, write };

    // The file must be there. `patience`: how long a statement waits for another process's transaction.
    SqliteConnection(const std::string& path, Access access, Milliseconds patience);

    Dialect dialect() const override { return Dialect::sqlite; }
    void script(const std::string& statements) override;
    bool in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }

  protected:
    std::int64_t execute(std::string_view sql, const std::vector<Parameter>& parameters,
                         const std::function<void(const Row&)>& each) override;

  private:
    struct Close {
        void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
    };

    SqliteStatement& prepared(std::string_view sql);

    std::unique_ptr<sqlite3, Close> db_;
    RecentlyUsed<SqliteStatement> statements_; // must go before the connection
};

} // namespace xentree
