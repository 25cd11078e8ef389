#pragma once
#include "app/settings.h"

namespace xentree {

// Looks at all settings whose form the table cannot tell: addresses, keys, providers. Touches nothing. Throws
// std::runtime_error that names the setting.
void check_settings(const Settings& settings);

} // namespace xentree
