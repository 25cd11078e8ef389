#pragma once
#include <set>
#include <string>

#include "app/settings.h"
#include "http/outbound_network.h"

namespace xentree {

// Looks at all settings whose form the table cannot tell: addresses, keys, providers. Touches nothing. Throws
// std::runtime_error that names the setting.
void check_settings(const Settings& settings);

// allowed_origins: "*", or origins apart by commas or spaces. Throws std::runtime_error that names what is
// none.
std::set<std::string, std::less<>> parse_origins(const std::string& list);

// outbound.*. Throws like check_settings.
OutboundNetwork parse_outbound(const Settings::Outbound& settings);

} // namespace xentree
