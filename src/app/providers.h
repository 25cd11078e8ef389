#pragma once
#include <memory>

#include "ai/routing.h"
#include "app/settings.h"
#include "base/time.h"
#include "base/worker_pool.h"

namespace xentree {

// The AI providers of the settings, and the embedded one. Throws std::runtime_error that names a setting.
std::unique_ptr<ChatRouting> make_routing(const Settings& settings, WorkerPool& workers, const Clock& clock);

} // namespace xentree
