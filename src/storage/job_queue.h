#pragma once
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/task.h"
#include "storage/database.h"

namespace xentree {

// Statements to run; those that only read take the Reader that a Writer is.
using Work = std::function<void(Writer&)>;

struct Job {
    Work work;
    std::function<void(std::exception_ptr)> done; // to be called once, from any thread; null means done well
};

// Runs the work and answers what it threw.
std::exception_ptr outcome_of(const std::function<void()>& work);

// Work that waits for a thread of a database. Any number of threads on either side.
class JobQueue {
  public:
    explicit JobQueue(std::size_t limit) : limit_(limit) {}

    // Returns when the work is done, on the caller's own executor, with the work's exception. It cannot be
    // cancelled: the work refers to the caller's frame. Throws ApiError(unavailable) where the queue is full.
    Task<void> run(Work work);
    // The same for a thread that may block.
    void run_now(Work work);
    // Returns at once; a failure is logged.
    void run_later(Work work);

    // Wait for work; nothing means that the queue is closed and empty.
    std::optional<Job> take();
    std::vector<Job> take_all();

    // Takes no more; what waits is still given out.
    void close();

  private:
    void push(Job job);
    std::exception_ptr take_in(Job& job);

    const std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool closed_ = false;
};

} // namespace xentree
