#pragma once
#include <thread>
#include <vector>

#include "storage/job_queue.h"
#include "storage/postgres/session.h"

namespace xentree {

// Threads with a connection each, and the queue that they work off. The destructor finishes what waits.
class PostgresWorkers {
  public:
    PostgresWorkers(const PostgresAddress& address, PostgresConnection::Use use,
                    const DatabaseOptions& options);
    ~PostgresWorkers();

    JobQueue& queue() { return queue_; }

  private:
    void work(PostgresSession session, PostgresConnection::Use use);

    JobQueue queue_;
    std::vector<std::thread> threads_;
};

} // namespace xentree
