#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"

namespace xentree {

enum class Dialect { sqlite, postgresql };

// A step of the schema. The text is for both databases; lines between "-- only: sqlite" or
// "-- only: postgresql" and "-- end" are for that one.
struct Migration {
    std::int64_t version; // 1, 2, ...
    std::string name;     // 001_accounts
    std::string_view text;
};

// The files of storage/migrations/, in order. They are never changed once they are released.
std::span<const Migration> built_in_migrations();

// The lines that are for this database.
std::string statements_for(Dialect dialect, const Migration& migration);

// A connection of its own, in no transaction, on which the schema is changed.
class SchemaConnection : public Writer {
  public:
    virtual Dialect dialect() const = 0;
    // Runs statements without parameters, one after the other.
    virtual void script(const std::string& statements) = 0;
};

// Applies what is missing, each in its own transaction, and answers the names. Throws std::runtime_error,
// with a sentence for the operator, where the database has a migration that is not among the known ones.
std::vector<std::string> apply_migrations(SchemaConnection& connection, std::span<const Migration> known);

} // namespace xentree
