#pragma once
#include <chrono>
#include <memory>
#include <random>

#include "storage/job_queue.h"
#include "storage/postgres/connection.h"

namespace xentree {

// A connection of one worker thread: opened when it is needed, and again when it was lost. Between failed
// attempts to open it, calls fail at once with ApiError(unavailable), for a twentieth of a second to one
// second.
class PostgresSession final : public Writer {
  public:
    PostgresSession(PostgresAddress address, PostgresConnection::Use use) :
        address_(std::move(address)), use_(use) {}

    // Runs the work in a serializable transaction: again after a collision, up to twelve times, then
    // ApiError(conflict); and once more on a new connection where one was lost before COMMIT.
    void transaction(const Work& work);

  protected:
    // A statement by itself; it is repeated once on a new connection where one was lost. For reads only.
    std::int64_t execute(std::string_view sql, const std::vector<Parameter>& parameters,
                         const std::function<void(const Row&)>& each) override;

  private:
    PostgresConnection& connection();
    void attempt(const Work& work);
    void pause_after(int collisions);

    const PostgresAddress address_;
    const PostgresConnection::Use use_;
    std::unique_ptr<PostgresConnection> connection_;
    std::chrono::milliseconds pause_{0};
    std::chrono::steady_clock::time_point next_try_;
    std::minstd_rand random_{std::random_device{}()};
};

} // namespace xentree
