#pragma once
#include <string>
#include <thread>
#include <vector>

#include "storage/job_queue.h"
#include "storage/sqlite/connection.h"

namespace xentree {

// The one thread that writes to a database file. It takes all that waits, runs each job in a savepoint of its
// own, commits them together (one fsync for all, "group commit"), and only then answers. The destructor
// finishes what waits.
class SqliteGroupWriter {
  public:
    SqliteGroupWriter(const std::string& path, std::size_t queue);
    ~SqliteGroupWriter();

    JobQueue& queue() { return queue_; }

  private:
    void work();
    void run(std::vector<Job> batch);
    std::exception_ptr run_in_savepoint(const Work& work);
    void roll_back();

    SqliteConnection connection_;
    JobQueue queue_;
    std::thread thread_;
};

} // namespace xentree
