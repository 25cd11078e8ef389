#include "storage/sqlite/readers.h"

#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace xentree {

namespace {

// Readers wait for nobody in WAL mode, but for another process that opens or closes the database.
constexpr Milliseconds patience{1000};

} // namespace

struct SqliteReaders::Connections {
    const std::string path;
    std::mutex mutex;
    std::unordered_map<std::thread::id, std::unique_ptr<SqliteConnection>> open;
};

// What a thread knows of its connections, to each database that it reads.
class SqliteReaders::Thread {
  public:
    ~Thread() {
        for (const Known& known : known_)
            close(known);
    }

    SqliteConnection& connection(const std::shared_ptr<Connections>& connections) {
        for (const Known& known : known_) {
            // The same owner; an address could be that of a database closed before.
            if (!known.in.owner_before(connections) && !connections.owner_before(known.in))
                return *known.connection;
        }
        std::erase_if(known_, [](const Known& known) { return known.in.expired(); });
        auto opened =
            std::make_unique<SqliteConnection>(connections->path, SqliteConnection::Access::read, patience);
        known_.push_back({connections, opened.get()});
        const std::lock_guard lock(connections->mutex);
        return *(connections->open[std::this_thread::get_id()] = std::move(opened));
    }

  private:
    struct Known {
        std::weak_ptr<Connections> in;
        SqliteConnection* connection;
    };

    static void close(const Known& known) {
        if (const auto connections = known.in.lock()) {
            const std::lock_guard lock(connections->mutex);
            connections->open.erase(std::this_thread::get_id());
        }
    }

    std::vector<Known> known_;
};

SqliteReaders::SqliteReaders(std::string path) : connections_(new Connections{std::move(path), {}, {}}) {}

SqliteConnection& SqliteReaders::mine() {
    thread_local Thread thread;
    return thread.connection(connections_);
}

} // namespace xentree
