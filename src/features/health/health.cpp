#include "features/health/health.h"

#include <sys/statvfs.h>
#include <unistd.h>

namespace xentree {

namespace {

constexpr Seconds findings_life{1};
constexpr std::uint64_t little_space = 256ull << 20; // bytes

HealthCheckResult check_storage(const std::string& directory) {
    struct statvfs volume {};
    if (::access(directory.c_str(), W_OK | X_OK) != 0 || ::statvfs(directory.c_str(), &volume) != 0)
        return {CheckStatus::down, std::nullopt, "the data directory cannot be written"};
    if (static_cast<std::uint64_t>(volume.f_bavail) * volume.f_frsize < little_space)
        return {CheckStatus::degraded, std::nullopt, "less than 256 MiB of disk space are left"};
    return {CheckStatus::ok, std::nullopt, std::nullopt};
}

HealthCheckResult check_ai(const ChatRouting& routing) {
    const auto providers = routing.list();
    const auto out = std::find_if(providers.begin(), providers.end(),
                                  [](const auto& provider) { return !provider.is_available; });
    if (out == providers.end())
        return {CheckStatus::ok, std::nullopt, std::nullopt};
    return {CheckStatus::degraded, std::nullopt,
            out->id + ": " + out->unavailable_reason.value_or("unavailable")};
}

HealthStatus worst(const HealthChecks& checks) {
    if (checks.database.status == CheckStatus::down || checks.storage.status == CheckStatus::down)
        return HealthStatus::down;
    for (const auto* check : {&checks.database, &checks.search, &checks.ai, &checks.storage, &checks.live}) {
        if (check->status == CheckStatus::degraded || check->status == CheckStatus::down)
            return HealthStatus::degraded;
    }
    return HealthStatus::ok;
}

int http_status(HealthStatus status) {
    return status == HealthStatus::down ? 503 : 200;
}

} // namespace

Health::Health(Parts parts) : parts_(std::move(parts)), started_at_(parts_.clock.now()) {}

Task<HealthResponse> Health::summary() {
    const Findings findings = co_await look();
    co_return HealthResponse{findings.status, parts_.version, parts_.clock.now()};
}

Task<DetailedHealthResponse> Health::details() {
    const Findings findings = co_await look();
    const auto uptime = std::chrono::duration_cast<Seconds>(parts_.clock.now() - started_at_).count();
    co_return DetailedHealthResponse{findings.status, parts_.version, parts_.commit,
                                     started_at_,     uptime,         findings.checks};
}

Task<Health::Findings> Health::look() {
    const Instant now = parts_.clock.now();
    {
        const std::lock_guard lock(mutex_);
        if (latest_ && now - latest_->at < findings_life && now >= latest_->at)
            co_return *latest_;
    }
    const HealthCheckResult not_there{CheckStatus::disabled, std::nullopt, std::nullopt};
    Findings findings{now, {}, HealthStatus::ok};
    findings.checks.database = co_await check_database();
    findings.checks.search = not_there;
    findings.checks.ai = check_ai(parts_.routing);
    findings.checks.storage = check_storage(parts_.data_directory);
    findings.checks.live = not_there;
    findings.status = worst(findings.checks);
    const std::lock_guard lock(mutex_);
    latest_ = findings;
    co_return findings;
}

Task<HealthCheckResult> Health::check_database() {
    const auto begin = std::chrono::steady_clock::now();
    try {
        const auto found = co_await parts_.database.read(
            [](Reader& db) { return db.one<std::int64_t>("SELECT COUNT(*) FROM access_token_keys"); });
        if (!found)
            throw std::runtime_error("the database answers nothing");
    } catch (const std::exception&) {
        co_return HealthCheckResult{CheckStatus::down, std::nullopt, "the database does not answer"};
    }
    const auto took =
        std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin).count();
    co_return HealthCheckResult{CheckStatus::ok, took, std::nullopt};
}

void answer_health(Api& api, Health& health) {
    api.on("get_health", [&](Visitor) -> Task<WithStatus<HealthResponse>> {
        auto summary = co_await health.summary();
        const int status = http_status(summary.status);
        co_return WithStatus<HealthResponse>{status, std::move(summary)};
    });
    api.on("get_detailed_health", [&](Caller) -> Task<WithStatus<DetailedHealthResponse>> {
        auto details = co_await health.details();
        const int status = http_status(details.status);
        co_return WithStatus<DetailedHealthResponse>{status, std::move(details)};
    });
}

} // namespace xentree
