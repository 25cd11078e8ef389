#include "features/ai_usage/operations.h"

namespace xentree {

void answer_ai_usage(Api& api, AiUsage& usage) {
    api.on("get_ai_usage", [&](Caller caller) -> Task<AIUsageResponse> {
        co_return co_await usage.this_month(caller.user, caller.plan);
    });
}

} // namespace xentree
