#pragma once
#include "app/settings.h"

namespace xentree {

// Migrates, serves until SIGTERM or SIGINT, drains, and answers the exit code. Throws std::runtime_error with
// a sentence for the operator where the start fails.
int serve(const Settings& settings);

} // namespace xentree
