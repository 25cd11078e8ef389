#pragma once
#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>

#include "storage/migrations.h"
#include "storage/postgres/address.h"
#include "storage/postgres/fault.h"
#include "storage/postgres/values.h"
#include "storage/recently_used.h"

namespace xentree {

// One open connection. One thread at a time. Statements throw StatementFault, ConnectionLost (after which
// there is no use for the connection), or ApiError(unavailable) where the server has no room or time.
class PostgresConnection final : public SchemaConnection {
  public:
    enum class Use { read, write, migrate };

    // Throws std::runtime_error, with a sentence for the operator, where the server cannot be reached or
    // used.
    PostgresConnection(const PostgresAddress& address, Use use);

    Dialect dialect() const override { return Dialect::postgresql; }
    void script(const std::string& statements) override;

    bool is_lost() const { return lost_ || PQstatus(connection_.get()) == CONNECTION_BAD; }

    // A serializable transaction.
    void begin();
    // Throws the collision that the transaction met, also where the function between caught it.
    void commit();
    void roll_back() noexcept;
    // The fault that made the open transaction useless.
    const std::optional<StatementFault>& fault() const { return fault_; }

    std::int64_t execute(std::string_view sql, const std::vector<Parameter>& parameters,
                         const std::function<void(const Row&)>& each) override;

  private:
    using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

    std::string prepared(std::string_view sql, const PostgresParameters& parameters);
    Result checked(PGresult* result, std::string_view sql);
    [[noreturn]] void fail(const PGresult* result, std::string_view sql);

    const Use use_;
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
    RecentlyUsed<std::string> names_; // of the prepared statements, by text and signature
    std::uint64_t next_name_ = 1;
    std::optional<StatementFault> fault_;
    bool lost_ = false;
};

} // namespace xentree
