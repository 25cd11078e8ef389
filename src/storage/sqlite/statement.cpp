#include "storage/sqlite/statement.h"

#include <fmt/format.h>

#include <charconv>

#include "storage/sqlite/fault.h"

namespace xentree {

namespace {

class SqliteRow final : public Row {
  public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

    std::size_t size() const override { return static_cast<std::size_t>(sqlite3_column_count(statement_)); }
    bool is_null(std::size_t column) const override { return type(column) == SQLITE_NULL; }
    bool boolean(std::size_t column) const override { return integer(column) != 0; }
    std::int64_t integer(std::size_t column) const override {
        return sqlite3_column_int64(statement_, of_type(SQLITE_INTEGER, column));
    }
    double real(std::size_t column) const override {
        if (type(column) == SQLITE_INTEGER) // as of COALESCE(real, 0)
            return static_cast<double>(integer(column));
        return sqlite3_column_double(statement_, of_type(SQLITE_FLOAT, column));
    }
    std::string_view text(std::size_t column) const override {
        const int index = of_type(SQLITE_TEXT, column);
        const auto* begin = reinterpret_cast<const char*>(sqlite3_column_text(statement_, index));
        return {begin, static_cast<std::size_t>(sqlite3_column_bytes(statement_, index))};
    }
    std::span<const std::uint8_t> bytes(std::size_t column) const override {
        const int index = of_type(SQLITE_BLOB, column);
        const auto* begin = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, index));
        return {begin, static_cast<std::size_t>(sqlite3_column_bytes(statement_, index))};
    }

  private:
    int type(std::size_t column) const { return sqlite3_column_type(statement_, static_cast<int>(column)); }

    // SQLite would convert; PostgreSQL does not, and what works on one is to work on the other.
    int of_type(int wanted, std::size_t column) const {
        if (type(column) != wanted)
            throw std::runtime_error(fmt::format("column {} is of another type than is read, in: {}", column,
                                                 sqlite3_sql(statement_)));
        return static_cast<int>(column);
    }

    sqlite3_stmt* statement_;
};

struct Bind {
    sqlite3_stmt* statement;
    int index;

    int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
    int operator()(bool value) const { return sqlite3_bind_int64(statement, index, value); }
    int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
    int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
    // A null pointer would bind NULL, and an empty view may have one.
    int operator()(std::string_view value) const {
        return sqlite3_bind_text64(statement, index, value.empty() ? "" : value.data(), value.size(),
                                   SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(std::span<const std::uint8_t> value) const {
        const void* begin = value.empty() ? static_cast<const void*>("") : value.data();
        return sqlite3_bind_blob64(statement, index, begin, value.size(), SQLITE_STATIC);
    }
    int operator()(const UuidBytes& value) const {
        return sqlite3_bind_blob64(statement, index, value.data(), value.size(), SQLITE_STATIC);
    }
};

std::size_t number_of(const char* placeholder, std::string_view sql) {
    const std::string_view name = placeholder ? placeholder : "?";
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
    if (name[0] != '$' || error != std::errc() || end != name.data() + name.size() || number == 0)
        throw std::runtime_error(fmt::format("placeholders are $1, $2, ..., not {}, in: {}", name, sql));
    return number;
}

// Leaves no lock and no view of the caller's behind, however a run ends.
struct Reset {
    sqlite3_stmt* statement;
    ~Reset() {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    }
};

} // namespace

SqliteStatement::SqliteStatement(sqlite3* db, std::string_view sql) {
    sqlite3_stmt* prepared = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, &tail);
    statement_.reset(prepared);
    if (code != SQLITE_OK)
        throw_sqlite_fault(db, code, sql);
    const std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
    if (!prepared || rest.find_first_not_of(" \n\t;") != std::string_view::npos)
        throw std::runtime_error(fmt::format("not one statement: {}", sql));
    for (int index = 1; index <= sqlite3_bind_parameter_count(prepared); ++index) {
        numbers_.push_back(number_of(sqlite3_bind_parameter_name(prepared, index), sql));
        parameters_ = std::max(parameters_, numbers_.back());
    }
}

void SqliteStatement::bind(const std::vector<Parameter>& parameters) {
    if (parameters.size() != parameters_)
        throw std::runtime_error(fmt::format("{} values for {} placeholders, in: {}", parameters.size(),
                                             parameters_, sqlite3_sql(statement_.get())));
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
        const int code =
            std::visit(Bind{statement_.get(), static_cast<int>(i + 1)}, parameters[numbers_[i] - 1]);
        if (code != SQLITE_OK)
            throw_sqlite_fault(sqlite3_db_handle(statement_.get()), code, sqlite3_sql(statement_.get()));
    }
}

void SqliteStatement::run(const std::vector<Parameter>& parameters,
                          const std::function<void(const Row&)>& each) {
    const Reset reset{statement_.get()};
    bind(parameters);
    const SqliteRow row(statement_.get());
    for (;;) {
        const int code = sqlite3_step(statement_.get());
        if (code == SQLITE_DONE)
            return;
        if (code != SQLITE_ROW)
            throw_sqlite_fault(sqlite3_db_handle(statement_.get()), code, sqlite3_sql(statement_.get()));
        each(row);
    }
}

} // namespace xentree
