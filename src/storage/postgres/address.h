#pragma once
#include <string>
#include <utility>
#include <vector>

namespace xentree {

// Where a PostgreSQL server is and how to log in there: libpq's keywords and values.
class PostgresAddress {
  public:
    // A libpq URI (PostgreSQL manual, 34.1.1.2); what it leaves out is filled in with time limits. Throws
    // std::runtime_error with a sentence for the operator.
    explicit PostgresAddress(const std::string& url);

    const std::vector<std::pair<std::string, std::string>>& settings() const { return settings_; }

    // For what libpq says of it.
    std::string without_password(std::string message) const;

  private:
    std::vector<std::pair<std::string, std::string>> settings_;
    std::string password_;
};

} // namespace xentree
