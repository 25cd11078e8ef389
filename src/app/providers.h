#pragma once
#include <memory>
#include <string>

#include "ai/routing.h"
#include "app/settings.h"
#include "base/time.h"
#include "base/worker_pool.h"
#include "http/outbound.h"

namespace xentree {

// The AI providers of the settings, and the embedded one. Throws std::runtime_error that names a setting.
std::unique_ptr<ChatRouting> make_routing(const Settings& settings, WorkerPool& workers, const Clock& clock);

// Asks a provider for its models, which all kinds answer to a good key.
OutboundRequest request_for_models(const ProviderSettings& settings);

} // namespace xentree
