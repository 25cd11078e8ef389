#include "storage/postgres/session.h"

#include "base/error.h"
#include "base/log.h"

namespace xentree {

namespace {

constexpr int most_collisions = 12; // about half a second of pauses in all
constexpr std::chrono::milliseconds shortest_pause{100};
constexpr std::chrono::milliseconds longest_pause{1000};

ApiError unreachable() {
    return ApiError::retry_later(ErrorCode::unavailable, std::chrono::seconds(2),
                                 "The database cannot be reached.");
}

} // namespace

PostgresConnection& PostgresSession::connection() {
    if (connection_ && !connection_->is_lost())
        return *connection_;
    connection_.reset();
    if (std::chrono::steady_clock::now() < next_try_)
        throw unreachable();
    try {
        connection_ = std::make_unique<PostgresConnection>(address_, use_);
    } catch (const std::runtime_error& fault) {
        log(LogLevel::error, "{}", fault.what());
        pause_ = std::clamp(pause_ * 2, shortest_pause, longest_pause);
        // Spread, so that the nodes of a cluster do not all come back at once.
        std::uniform_int_distribution<long> spread(pause_.count() / 2, pause_.count());
        next_try_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(spread(random_));
        throw unreachable();
    }
    pause_ = {};
    return *connection_;
}

std::int64_t PostgresSession::execute(std::string_view sql, const std::vector<Parameter>& parameters,
                                      const std::function<void(const Row&)>& each) {
    try {
        return connection().execute(sql, parameters, each);
    } catch (const ConnectionLost& lost) {
        log(LogLevel::warning, "a connection was lost: {}", lost.what());
    }
    try {
        return connection().execute(sql, parameters, each);
    } catch (const ConnectionLost&) {
        throw unreachable();
    }
}

void PostgresSession::transaction(const Work& work) {
    bool reopened = false;
    for (int collisions = 0;;) {
        try {
            attempt(work);
            return;
        } catch (const ConnectionLost& lost) {
            log(LogLevel::warning, "a connection was lost before COMMIT: {}", lost.what());
            if (std::exchange(reopened, true))
                throw unreachable();
            continue;
        } catch (const StatementFault& fault) {
            if (!fault.is_collision())
                throw;
            if (++collisions > most_collisions) {
                log(LogLevel::warning, "a write kept colliding: {}", fault.what());
                throw ApiError(ErrorCode::conflict);
            }
        }
        pause_after(collisions);
    }
}

void PostgresSession::attempt(const Work& work) {
    PostgresConnection& db = connection();
    db.begin();
    try {
        work(db);
    } catch (...) {
        db.roll_back();
        // What the work made of a collision that it caught does not matter: a rerun may not meet it.
        if (db.fault() && db.fault()->is_collision())
            throw StatementFault(*db.fault());
        throw;
    }
    db.commit();
}

void PostgresSession::pause_after(int collisions) {
    constexpr int longest_doubling = 7;
    std::uniform_int_distribution<long> spread(0, 1000L << std::min(collisions, longest_doubling));
    std::this_thread::sleep_for(std::chrono::microseconds(spread(random_)));
}

} // namespace xentree
