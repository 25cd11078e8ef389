#include "storage/postgres/workers.h"

namespace xentree {

PostgresWorkers::PostgresWorkers(const PostgresAddress& address, PostgresConnection::Use use,
                                 const DatabaseOptions& options) :
    queue_(options.queue) {
    for (std::size_t i = 0; i < std::max<std::size_t>(options.connections, 1); ++i)
        threads_.emplace_back([this, address, use] { work(PostgresSession(address, use), use); });
}

PostgresWorkers::~PostgresWorkers() {
    queue_.close();
    for (std::thread& thread : threads_)
        thread.join();
}

void PostgresWorkers::work(PostgresSession session, PostgresConnection::Use use) {
    while (const auto job = queue_.take()) {
        const auto outcome = outcome_of([&] {
            if (use == PostgresConnection::Use::write)
                session.transaction(job->work);
            else
                job->work(session);
        });
        job->done(outcome);
    }
}

} // namespace xentree
