#include "storage/postgres/connection.h"

#include <boost/algorithm/string/replace.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <charconv>

#include "base/error.h"
#include "base/log.h"

namespace xentree {

namespace {

constexpr std::size_t statement_limit = 256;

PGconn* connect(const PostgresAddress& address) {
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : address.settings()) {
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    return PQconnectdbParams(names.data(), values.data(), 0);
}

// A lock is waited for as long as SQLite's writer waits for another process.
const char* session_settings(PostgresConnection::Use use) {
    switch (use) {
    case PostgresConnection::Use::read:
        return "SET statement_timeout = '30s'; SET lock_timeout = '5s'; SET default_transaction_read_only = "
               "on";
    case PostgresConnection::Use::write:
        return "SET statement_timeout = '30s'; SET lock_timeout = '5s'; SET "
               "idle_in_transaction_session_timeout = '30s'";
    case PostgresConnection::Use::migrate:
        return "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0";
    }
    return "";
}

// A server set to more than this (remote_apply) keeps its setting.
constexpr const char* durable_commits =
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')";

// libpq's message, with its hint, as a sentence.
std::string one_line(std::string message) {
    boost::algorithm::trim(message);
    boost::algorithm::replace_all(message, "\n\t", " ");
    boost::algorithm::replace_all(message, "\n", "; ");
    if (!message.ends_with('.') && !message.ends_with('?'))
        message += '.';
    return message;
}

} // namespace

PostgresConnection::PostgresConnection(const PostgresAddress& address, Use use) :
    use_(use), connection_(connect(address), &PQfinish), names_(statement_limit) {
    if (PQstatus(connection_.get()) != CONNECTION_OK)
        throw std::runtime_error(
            fmt::format("PostgreSQL cannot be used: {} Check the database URL, and that the server runs.",
                        address.without_password(one_line(PQerrorMessage(connection_.get())))));
    const char* encoding = PQparameterStatus(connection_.get(), "server_encoding");
    if (encoding && std::string_view(encoding) != "UTF8")
        throw std::runtime_error(
            fmt::format("The PostgreSQL database is in {}; make one in UTF8.", encoding));
    PQsetNoticeProcessor(
        connection_.get(),
        [](void*, const char* message) { log(LogLevel::debug, "PostgreSQL: {}", message); }, nullptr);
    script(session_settings(use));
    script(durable_commits);
}

void PostgresConnection::script(const std::string& statements) {
    checked(PQexec(connection_.get(), statements.c_str()), statements);
}

void PostgresConnection::begin() {
    fault_.reset();
    script("BEGIN ISOLATION LEVEL SERIALIZABLE");
}

void PostgresConnection::commit() {
    // COMMIT of a failed transaction rolls back and says that all is well.
    if (PQtransactionStatus(connection_.get()) == PQTRANS_INERROR && fault_) {
        roll_back();
        throw StatementFault(*fault_);
    }
    if (is_lost())
        throw ConnectionLost("the connection was lost before COMMIT");
    try {
        script("COMMIT");
    } catch (const ConnectionLost& lost) {
        // Nobody can tell whether it was kept, so it must not be run again.
        log(LogLevel::error, "PostgreSQL was lost during COMMIT, the outcome is not known: {}", lost.what());
        throw ApiError::retry_later(ErrorCode::unavailable, std::chrono::seconds(2),
                                    "The database was lost before it confirmed the change.");
    }
}

void PostgresConnection::roll_back() noexcept {
    if (is_lost() || PQtransactionStatus(connection_.get()) == PQTRANS_IDLE)
        return;
    const Result result(PQexec(connection_.get(), "ROLLBACK"), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
        lost_ = true;
}

std::int64_t PostgresConnection::execute(std::string_view sql, const std::vector<Parameter>& parameters,
                                         const std::function<void(const Row&)>& each) {
    const PostgresParameters bound(parameters);
    const std::string name = prepared(sql, bound);
    const Result result = checked(PQexecPrepared(connection_.get(), name.c_str(), bound.count(),
                                                 bound.values(), bound.lengths(), bound.formats(), 1),
                                  sql);
    const int rows = PQntuples(result.get());
    for (int row = 0; row < rows; ++row)
        each(PostgresRow(result.get(), row));
    // Of a SELECT, the tag counts what it found.
    const std::string_view tag = PQcmdStatus(result.get());
    const std::string_view count = PQcmdTuples(result.get());
    std::int64_t changed = 0;
    if (!tag.starts_with("SELECT"))
        std::from_chars(count.data(), count.data() + count.size(), changed);
    return changed;
}

std::string PostgresConnection::prepared(std::string_view sql, const PostgresParameters& parameters) {
    std::string key = fmt::format("{}:{}", parameters.signature(), sql);
    if (const std::string* name = names_.find(key))
        return *name;
    if (const auto oldest = names_.make_room())
        script("DEALLOCATE " + *oldest);
    std::string name = fmt::format("s{}", next_name_++);
    checked(PQprepare(connection_.get(), name.c_str(), std::string(sql).c_str(), parameters.count(),
                      parameters.types()),
            sql);
    return names_.add(std::move(key), std::move(name));
}

PostgresConnection::Result PostgresConnection::checked(PGresult* answered, std::string_view sql) {
    Result result(answered, &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail(result.get(), sql);
    return result;
}

void PostgresConnection::fail(const PGresult* result, std::string_view sql) {
    const auto field = [&](int code) {
        const char* text = PQresultErrorField(result, code);
        return std::string(text ? text : "");
    };
    const std::string sqlstate = field(PG_DIAG_SQLSTATE);
    // Without DETAIL, which repeats values. What libpq itself has to say has no fields.
    const std::string primary = field(PG_DIAG_MESSAGE_PRIMARY);
    const std::string cause = primary.empty() ? one_line(PQerrorMessage(connection_.get())) : primary;
    const StatementFault fault(sqlstate, fmt::format("PostgreSQL {}: {} in: {}", sqlstate, cause, sql));
    // 08 and 57P: the connection broke or the server is going; libpq itself has no code, and may still think
    // that all is well. 25006, read-only transaction: this server has become a standby.
    // 08P01 is a statement with other parameters than it says, not a broken connection.
    const bool is_broken = sqlstate.starts_with("08") && sqlstate != "08P01";
    const bool is_going = sqlstate.empty() || is_broken || sqlstate.starts_with("57P");
    if (is_going || (use_ != Use::read && sqlstate == "25006"))
        lost_ = true;
    if (is_lost())
        throw ConnectionLost(fault.what());
    fault_ = fault;
    if (fault.is_exhaustion()) {
        log(LogLevel::error, "the database cannot do it: {}", fault.what());
        throw ApiError::retry_later(ErrorCode::unavailable, std::chrono::seconds(2),
                                    "The database is overloaded.");
    }
    throw fault;
}

} // namespace xentree
