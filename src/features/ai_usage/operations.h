#pragma once
#include "features/ai_usage/ai_usage.h"
#include "http/api.h"

namespace xentree {

void answer_ai_usage(Api& api, AiUsage& usage);

} // namespace xentree
