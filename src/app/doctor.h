#pragma once
#include "app/settings.h"

namespace xentree {

// Looks at everything that the server needs, prints a line for each, and what to do where something is wrong.
// Answers the exit code: 0 where the server can run well.
int run_doctor(const Settings& settings);

} // namespace xentree
