#include "features/ai_usage/ai_usage.h"

#include "base/error.h"
#include "features/ai_usage/month.h"
#include "features/ai_usage/store.h"

namespace xentree {

namespace store = ai_usage_store;

namespace {

constexpr std::size_t most_entries = 1000; // of by_provider

// The month that a lease ended in is over by then, and so nothing hangs on the reservation.
constexpr std::chrono::days forgotten_after{62};

} // namespace

Task<AIUsageResponse> AiUsage::this_month(UserId user, Plan plan) {
    const Instant now = parts_.clock.now();
    AIUsageResponse usage;
    usage.plan = plan;
    usage.period = month_name(now);
    usage.resets_at = next_month(now);
    usage.limit = allowance(plan);
    const store::Month month{user, usage.period};
    usage.by_provider = co_await parts_.database.read([&](Reader& db) { return store::list(db, month); });
    for (const auto& each : usage.by_provider)
        usage.used += each.calls;
    if (usage.limit)
        usage.remaining = std::max<std::int64_t>(*usage.limit - usage.used, 0);
    if (usage.by_provider.size() > most_entries)
        usage.by_provider.resize(most_entries);
    co_return usage;
}

AiCall AiUsage::call(const Caller& caller) {
    const Instant now = parts_.clock.now();
    return {*this,
            {AiCallId::make(now),
             caller.user,
             month_name(now),
             allowance(caller.plan),
             now,
             credential_ended(caller),
             {},
             {}}};
}

void AiUsage::forget_old(Writer& db) const {
    store::delete_all_expired_before(db, parts_.clock.now() - forgotten_after);
}

const std::optional<std::int64_t>& AiUsage::allowance(Plan plan) const {
    switch (plan) {
    case Plan::pro:
        return parts_.allowances.pro;
    case Plan::enterprise:
        return parts_.allowances.enterprise;
    case Plan::free:
        break;
    }
    return parts_.allowances.free;
}

} // namespace xentree
