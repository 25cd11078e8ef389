#pragma once
#include "features/api_keys/api_keys.h"
#include "http/api.h"

namespace xentree {

// Answers the operations of API Keys. `keys` must outlive the api.
void answer_api_keys(Api& api, ApiKeys& keys);

} // namespace xentree
