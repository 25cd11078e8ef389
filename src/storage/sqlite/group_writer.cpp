#include "storage/sqlite/group_writer.h"

#include "base/error.h"
#include "base/log.h"

namespace xentree {

namespace {

// Another process (the command line beside a running server) may write for as long.
constexpr Milliseconds patience{5000};

} // namespace

SqliteGroupWriter::SqliteGroupWriter(const std::string& path, std::size_t queue) :
    connection_(path, SqliteConnection::Access::write, patience), queue_(queue), thread_([this] { work(); }) {
}

SqliteGroupWriter::~SqliteGroupWriter() {
    queue_.close();
    thread_.join();
}

void SqliteGroupWriter::work() {
    for (auto batch = queue_.take_all(); !batch.empty(); batch = queue_.take_all())
        run(std::move(batch));
}

void SqliteGroupWriter::run(std::vector<Job> batch) {
    std::vector<std::exception_ptr> outcomes(batch.size());
    const auto failure = outcome_of([&] {
        connection_.run("BEGIN IMMEDIATE");
        for (std::size_t i = 0; i < batch.size(); ++i)
            outcomes[i] = run_in_savepoint(batch[i].work);
        connection_.run("COMMIT");
    });
    if (failure) {
        roll_back();
        for (auto& outcome : outcomes)
            outcome = outcome ? outcome : failure;
    }
    for (std::size_t i = 0; i < batch.size(); ++i)
        batch[i].done(outcomes[i]);
}

std::exception_ptr SqliteGroupWriter::run_in_savepoint(const Work& work) {
    connection_.run("SAVEPOINT job");
    auto outcome = outcome_of([&] { work(connection_); });
    // Where the disk is full or fails, SQLite may roll back the whole transaction by itself.
    if (!connection_.in_transaction())
        throw ApiError(ErrorCode::unavailable, "The database cannot be used.");
    if (outcome)
        connection_.run("ROLLBACK TO job");
    connection_.run("RELEASE job");
    return outcome;
}

void SqliteGroupWriter::roll_back() {
    if (!connection_.in_transaction())
        return;
    try {
        connection_.run("ROLLBACK");
    } catch (const std::exception& fault) {
        log(LogLevel::error, "a transaction cannot be rolled back: {}", fault.what());
    }
}

} // namespace xentree
