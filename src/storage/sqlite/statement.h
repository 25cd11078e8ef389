#pragma once
#include <sqlite3.h>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "storage/row.h"

namespace xentree {

// A prepared statement of one connection.
class SqliteStatement {
  public:
    SqliteStatement(sqlite3* db, std::string_view sql);

    void run(const std::vector<Parameter>& parameters, const std::function<void(const Row&)>& each);

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };

    void bind(const std::vector<Parameter>& parameters);

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    // SQLite counts placeholders as they first appear: [0] is the number n of the first one's $n.
    std::vector<std::size_t> numbers_;
    std::size_t parameters_ = 0;
};

} // namespace xentree
