#pragma once
#include <atomic>

#include "features/ai_usage/ai_call.h"
#include "features/ai_usage/types.h"

namespace xentree {

// Answers of outside AI providers in a month, for each plan; nothing is unlimited.
struct AiAllowances {
    std::optional<std::int64_t> free, pro, enterprise;
};

// What outside AI providers do for each user in a calendar month (UTC), and how much of it a plan allows.
// What the server makes by itself is not counted. Any thread.
class AiUsage {
  public:
    struct Parts {
        Database& database;
        const Clock& clock;
        AiAllowances allowances;
    };
    // A reservation whose call never ended, because the server died, is good for no longer than this. The
    // user gets it back: an answer that nobody saw is not to be paid for.
    static constexpr std::chrono::hours lease{1};

    explicit AiUsage(Parts parts) : parts_(parts) {}

    Task<AIUsageResponse> this_month(UserId user, Plan plan);
    // A call that is to be made; nothing is reserved yet.
    AiCall call(const Caller& caller);
    void forget_old(Writer& db) const;

    // To be called before the database is closed. Calls that are cut off after it are left to their lease.
    void finish() { finished_ = true; }

  private:
    friend class AiCall;
    const std::optional<std::int64_t>& allowance(Plan plan) const;

    Parts parts_;
    std::atomic<bool> finished_ = false;
};

} // namespace xentree
