#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>

namespace xentree {

// A PostgreSQL server of this test program: the one that XENTREE_TEST_POSTGRES (a URL of a role that may
// create databases) names, or a private one in a temporary directory, reached by a socket in it, that ends
// with the program.
class PostgresServer {
  public:
    static PostgresServer& shared();

    // The URL of a new and empty database.
    std::string make_database();
    // Runs statements beside, as an operator would.
    void administer(const std::string& statements);

    PostgresServer(const PostgresServer&) = delete;
    ~PostgresServer();

  private:
    PostgresServer();
    void start();

    std::string url_;
    std::filesystem::path directory_; // empty where the server is not ours
    pid_t process_ = 0;
    int databases_ = 0;
};

// The name of the database in a URL that make_database() gave.
std::string database_name(const std::string& url);

} // namespace xentree
