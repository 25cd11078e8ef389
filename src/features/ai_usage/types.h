#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "http/caller.h"

// What get_ai_usage sends (contract/conversations.yaml).
namespace xentree {

struct AIUsageByProvider {
    std::string provider;
    std::string model;
    std::int64_t calls = 0;
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
};
BOOST_DESCRIBE_STRUCT(AIUsageByProvider, (), (provider, model, calls, prompt_tokens, completion_tokens))

struct AIUsageResponse {
    Plan plan = Plan::free;
    std::string period; // YYYY-MM
    Instant resets_at;
    std::optional<std::int64_t> limit;
    std::int64_t used = 0;
    std::optional<std::int64_t> remaining;
    std::vector<AIUsageByProvider> by_provider;
};
BOOST_DESCRIBE_STRUCT(AIUsageResponse, (), (plan, period, resets_at, limit, used, remaining, by_provider))

} // namespace xentree
