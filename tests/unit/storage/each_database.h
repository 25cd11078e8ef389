#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <future>
#include <string>

#include "base/error.h"
#include "storage/database.h"
#include "storage/migrations.h"

namespace xentree {

// A directory that goes with the test.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    const std::filesystem::path path;
};

// A test that holds on both databases, with a new and empty one of the kind.
class EachDatabase : public testing::TestWithParam<Dialect> {
  public:
    // Another call opens the same one again.
    std::unique_ptr<Database> open(std::size_t connections = 8, std::size_t queue = 4096) const;
    // A connection past the Database.
    std::unique_ptr<SchemaConnection> connect() const;
    const std::string& url() const { return url_; }

  private:
    static std::string make_url(const std::filesystem::path& directory);

    TemporaryDirectory directory_;
    const std::string url_ = make_url(directory_.path);
};

std::string name_of(const testing::TestParamInfo<Dialect>& info);

#define XENTREE_ON_EACH_DATABASE(fixture)                                                                    \
    INSTANTIATE_TEST_SUITE_P(storage, fixture, testing::Values(Dialect::sqlite, Dialect::postgresql), name_of)

// The I/O thread of a test: the test's own, while it polls or runs.
class Loop {
  public:
    // Begins the call as far as it goes without waiting.
    template<class T>
    std::future<T> begin(Task<T> task) {
        auto future = asio::co_spawn(io_, std::move(task), asio::use_future);
        io_.restart();
        io_.poll();
        return future;
    }
    // Goes on until every call begun is done.
    void finish() {
        io_.restart();
        io_.run();
    }
    template<class T>
    T await(Task<T> task) {
        auto future = begin(std::move(task));
        finish();
        return future.get();
    }

  private:
    asio::io_context io_;
};

// A job that has the writer (of a database opened with one connection) until it is let go.
class HeldWriter {
  public:
    HeldWriter(Database& database, Loop& loop);
    void let_go() { go_.set_value(); }

  private:
    std::promise<void> begun_, go_;
    std::future<void> call_;
};

// The code of the ApiError that f ends with; internal_error for another exception; nothing for none.
std::optional<ErrorCode> code_of(const std::function<void()>& f);
// The sentence of the exception that f ends with.
std::string message_of(const std::function<void()>& f);

} // namespace xentree
