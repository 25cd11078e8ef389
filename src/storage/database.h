#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "storage/row.h"

namespace xentree {

// Statements that read. Lives as long as the function that was given it, and is used by that function only.
//
// SQL is one text for both databases wherever both speak it; placeholders are $1, $2, ... Results are mapped
// by position: a described struct takes one column a member, in order; anything else takes the one column.
// Nothing is converted: cast what PostgreSQL types otherwise (CAST(sum(n) AS bigint), CAST($1 AS text) where
// only NULL says what it is). LIKE tells capitals from small letters on both.
class Reader {
  public:
    virtual ~Reader() = default;

    // The first row, or nothing.
    template<class T, class... Arguments>
    std::optional<T> one(std::string_view sql, const Arguments&... arguments) {
        std::optional<T> found;
        execute(sql, {to_parameter(arguments)...}, [&](const Row& row) {
            if (!found)
                found = read_row<T>(row);
        });
        return found;
    }

    template<class T, class... Arguments>
    std::vector<T> all(std::string_view sql, const Arguments&... arguments) {
        std::vector<T> found;
        execute(sql, {to_parameter(arguments)...},
                [&](const Row& row) { found.push_back(read_row<T>(row)); });
        return found;
    }

  protected:
    // Runs one statement; answers how many rows it changed. Throws ApiError(unavailable) where the database
    // cannot be reached or is full, std::runtime_error for a statement that is wrong.
    virtual std::int64_t execute(std::string_view sql, const std::vector<Parameter>& parameters,
                                 const std::function<void(const Row&)>& each) = 0;
};

// Statements that write, inside one transaction: all of them are kept or none.
class Writer : public Reader {
  public:
    // Answers how many rows changed.
    template<class... Arguments>
    std::int64_t run(std::string_view sql, const Arguments&... arguments) {
        return execute(sql, {to_parameter(arguments)...}, [](const Row&) {});
    }
};

// A database. Functions given to it run plain blocking statements, on a thread where they may; the caller
// awaits and goes on on its own thread. A function that throws is rolled back, and the exception is the
// caller's. Closing it (the destructor) finishes what was begun; it must be gone before the I/O threads are.
class Database {
  public:
    virtual ~Database() = default;

    // Short reads: a few rows by an index. Each statement sees what was committed before it; two of them are
    // no snapshot.
    template<class F>
    auto read(F f) -> Task<std::invoke_result_t<F&, Reader&>> {
        using Result = std::invoke_result_t<F&, Reader&>;
        std::optional<Result> result;
        co_await run_read([&](Reader& db) { result.emplace(f(db)); });
        co_return std::move(*result);
    }

    // One transaction, serializable. When it returns, the write is durable. The function may be run again
    // after a collision with another writer, so it must not move from what it captured nor touch anything
    // but the database. Throws ApiError(unavailable) where too many writes wait or the database is gone,
    // ApiError(conflict) where it kept colliding. Unique and foreign key violations are collisions: look
    // first, then insert, and the rerun finds what the other wrote or deleted. Do not go on after a statement
    // that threw.
    template<class F>
    auto write(F f) -> Task<std::invoke_result_t<F&, Writer&>> {
        using Result = std::invoke_result_t<F&, Writer&>;
        if constexpr (std::is_void_v<Result>) {
            co_await run_write([&](Writer& db) { f(db); });
        } else {
            std::optional<Result> result;
            co_await run_write([&](Writer& db) { result.emplace(f(db)); });
            co_return std::move(*result);
        }
    }

    // The same, for a thread that may block (start, command line, background work).
    virtual void read_now(const std::function<void(Reader&)>& f) = 0;
    virtual void write_now(const std::function<void(Writer&)>& f) = 0;
    // The same as write, for whom nobody waits: returns at once, a failure is logged. Any thread.
    virtual void write_later(std::function<void(Writer&)> f) = 0;

    // Brings the schema up to this program's version, under a lock that other nodes wait for. Answers the
    // names of what was applied. Throws std::runtime_error where the database is of a newer program.
    virtual std::vector<std::string> migrate() = 0;

    virtual std::string_view kind() const = 0; // "sqlite" or "postgresql"

  protected:
    virtual Task<void> run_read(std::function<void(Reader&)> f) = 0;
    virtual Task<void> run_write(std::function<void(Writer&)> f) = 0;
};

struct DatabaseOptions {
    std::string url;             // sqlite:PATH, or postgresql://... (libpq's URI)
    std::size_t connections = 8; // PostgreSQL: connections for reads and as many for writes
    std::size_t queue = 4096;    // calls that may wait for the writer or a connection
};

// Opens it without touching the schema. Throws std::runtime_error with a sentence for the operator (what is
// wrong, what to do), never with the password of the URL in it.
std::unique_ptr<Database> open_database(const DatabaseOptions& options);

} // namespace xentree
