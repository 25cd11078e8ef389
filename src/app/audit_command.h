#pragma once
#include <CLI/CLI.hpp>

#include <functional>

#include "app/settings.h"

namespace xentree {

// `xentree admin audit`: reads the audit log.
void add_audit_command(CLI::App& admin, std::function<Settings()> settings);

} // namespace xentree
