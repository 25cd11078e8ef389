#pragma once
#include <CLI/App.hpp>

#include <functional>

#include "app/settings.h"

namespace xentree {

// The commands below `xentree admin`. They write to the database beside a running server, which sees the
// change on its next request (of signing keys within a minute).
void add_admin_commands(CLI::App& admin, std::function<Settings()> settings);

} // namespace xentree
