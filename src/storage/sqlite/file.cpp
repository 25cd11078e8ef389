#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <thread>

#include "base/error.h"
#include "storage/sqlite/sqlite_database.h"

namespace xentree {

namespace {

// How long the start waits for another process that has the file.
constexpr Milliseconds patience{5000};

// Only a file that is not there: closing another descriptor of a file would drop the locks that SQLite
// connections of this process have on it (sqlite.org/howtocorrupt.html, 2.2).
void create(const std::string& path) {
    const auto directory = std::filesystem::path(path).parent_path();
    std::error_code error;
    if (!directory.empty() && !std::filesystem::is_directory(directory, error))
        throw std::runtime_error(fmt::format("The directory {} of the database does not exist. Create it, "
                                             "owned by the user that xentree runs as.",
                                             directory.string()));
    // SQLite gives its -wal and -shm files the mode of the database file.
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0)
        ::close(file);
    else if (errno != EEXIST)
        throw std::runtime_error(fmt::format("The database file {} cannot be created: {}.", path,
                                             std::generic_category().message(errno)));
    else if (::access(path.c_str(), R_OK | W_OK) != 0)
        throw std::runtime_error(fmt::format("The database file {} cannot be read and written: {}.", path,
                                             std::generic_category().message(errno)));
}

// SQLite does not wait by itself where two processes put a new file into WAL mode.
std::string switch_to_wal(SqliteConnection& connection) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        try {
            return connection.one<std::string>("PRAGMA journal_mode = WAL").value_or("");
        } catch (const ApiError&) {
            if (std::chrono::steady_clock::now() > deadline)
                throw;
        }
        std::this_thread::sleep_for(Milliseconds(10));
    }
}

} // namespace

void prepare_sqlite_file(const std::string& path) {
    if (path.empty() || path.starts_with(':'))
        throw std::runtime_error("The database URL sqlite: names no file; write sqlite:/path/to/xentree.db.");
    create(path);
    try {
        SqliteConnection connection(path, SqliteConnection::Access::write, patience);
        if (switch_to_wal(connection) != "wal")
            throw std::runtime_error("its file system does not let processes share memory (WAL mode)");
    } catch (const std::runtime_error& fault) {
        throw std::runtime_error(
            fmt::format("The file {} cannot be used as the database: {}", path, fault.what()));
    }
}

} // namespace xentree
