#include "storage/job_queue.h"

#include <boost/asio.hpp>

#include <future>
#include <iterator>

#include "base/error.h"
#include "base/log.h"

namespace xentree {

namespace {

std::string what_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        return error.what();
    }
}

} // namespace

std::exception_ptr outcome_of(const std::function<void()>& work) {
    try {
        work();
        return nullptr;
    } catch (...) {
        return std::current_exception();
    }
}

Task<void> JobQueue::run(Work work) {
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
        [this, &work](auto handler) {
            auto keep_running = asio::make_work_guard(handler);
            // std::function wants copies; a coroutine's handler has none.
            auto caller = std::make_shared<decltype(handler)>(std::move(handler));
            push({std::move(work), [keep_running, caller](std::exception_ptr error) {
                      asio::post(keep_running.get_executor(),
                                 [caller, error] { std::move (*caller)(error); });
                  }});
        },
        asio::use_awaitable);
}

void JobQueue::run_now(Work work) {
    std::promise<void> promise;
    push({std::move(work), [&promise](std::exception_ptr error) {
              error ? promise.set_exception(error) : promise.set_value();
          }});
    promise.get_future().get();
}

void JobQueue::run_later(Work work) {
    push({std::move(work), [](const std::exception_ptr& error) {
              if (error)
                  log(LogLevel::warning, "a write that nobody waits for failed: {}", what_of(error));
          }});
}

void JobQueue::push(Job job) {
    if (const auto refusal = take_in(job))
        job.done(refusal);
    else
        changed_.notify_one();
}

// Why it is refused; else it is in the queue, and `job` is empty.
std::exception_ptr JobQueue::take_in(Job& job) {
    const std::lock_guard lock(mutex_);
    if (closed_)
        return std::make_exception_ptr(ApiError(ErrorCode::unavailable, "The server is stopping."));
    if (jobs_.size() >= limit_)
        return std::make_exception_ptr(ApiError::retry_later(ErrorCode::unavailable, std::chrono::seconds(1),
                                                             "The database has too much to do."));
    jobs_.push_back(std::move(job));
    return nullptr;
}

std::optional<Job> JobQueue::take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
    if (jobs_.empty())
        return std::nullopt;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
}

std::vector<Job> JobQueue::take_all() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
    std::vector<Job> all(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(jobs_.end()));
    jobs_.clear();
    return all;
}

void JobQueue::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

} // namespace xentree
