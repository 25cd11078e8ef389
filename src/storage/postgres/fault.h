#pragma once
#include <stdexcept>
#include <string>

namespace xentree {

// A statement that PostgreSQL refused, with its SQLSTATE (PostgreSQL manual, appendix A).
class StatementFault : public std::runtime_error {
  public:
    StatementFault(std::string sqlstate, const std::string& what) :
        std::runtime_error(what), sqlstate(std::move(sqlstate)) {}

    // Whether another transaction was in the way, so that a rerun sees what it did: serialization failure,
    // deadlock, unique violation, which is how two serializable inserts of one key end, and foreign key
    // violation, which is how an insert ends that met the deletion of what it refers to.
    bool is_collision() const {
        return sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "23505" || sqlstate == "23503";
    }

    // Whether the server has not what the statement needs: disk, memory, connections, time.
    bool is_exhaustion() const {
        return sqlstate.starts_with("53") || sqlstate.starts_with("58") || sqlstate == "57014" ||
               sqlstate == "55P03";
    }

    std::string sqlstate;
};

// The server is gone, is stopping, or has become a standby; another connection may do.
class ConnectionLost : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

} // namespace xentree
