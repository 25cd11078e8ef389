#pragma once
#include <boost/describe.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "ai/routing.h"
#include "base/time.h"
#include "http/answer.h"
#include "http/api.h"
#include "storage/database.h"

// What the operations of Health send (contract/health.yaml).
namespace xentree {

BOOST_DEFINE_ENUM_CLASS(HealthStatus, ok, degraded, down)
BOOST_DEFINE_ENUM_CLASS(CheckStatus, ok, degraded, down, disabled)

struct HealthResponse {
    HealthStatus status = HealthStatus::ok;
    std::string version;
    Instant time;
};
BOOST_DESCRIBE_STRUCT(HealthResponse, (), (status, version, time))

struct HealthCheckResult {
    CheckStatus status = CheckStatus::ok;
    std::optional<std::int64_t> latency_ms;
    std::optional<std::string> message;
};
BOOST_DESCRIBE_STRUCT(HealthCheckResult, (), (status, latency_ms, message))

struct HealthChecks {
    HealthCheckResult database, search, ai, storage, live;
};
BOOST_DESCRIBE_STRUCT(HealthChecks, (), (database, search, ai, storage, live))

struct DetailedHealthResponse {
    HealthStatus status = HealthStatus::ok;
    std::string version;
    std::string commit;
    Instant started_at;
    std::int64_t uptime_seconds = 0;
    HealthChecks checks;
};
BOOST_DESCRIBE_STRUCT(DetailedHealthResponse, (),
                      (status, version, commit, started_at, uptime_seconds, checks))

// How the service and its parts are; looked at anew every second at most. Any thread.
class Health {
  public:
    struct Parts {
        Database& database;
        const ChatRouting& routing;
        const Clock& clock;
        std::string data_directory;
        std::string version;
        std::string commit;
    };
    explicit Health(Parts parts);

    Task<HealthResponse> summary();
    Task<DetailedHealthResponse> details();

  private:
    struct Findings {
        Instant at;
        HealthChecks checks;
        HealthStatus status;
    };
    Task<Findings> look();
    Task<HealthCheckResult> check_database();

    Parts parts_;
    Instant started_at_;
    std::mutex mutex_;
    std::optional<Findings> latest_;
};

void answer_health(Api& api, Health& health);

} // namespace xentree
