#pragma once
#include <CLI/App.hpp>

#include <functional>

#include "app/settings.h"

namespace xentree {

// `xentree admin rotate-keys`, beside a running server.
void add_rotate_keys_command(CLI::App& admin, std::function<Settings()> settings);

} // namespace xentree
