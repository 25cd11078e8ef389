#pragma once
#include <string>
#include <vector>

#include "app/settings.h"
#include "features/connectors/providers.h"

namespace xentree {

// The providers of connectors as the settings have them. Throws std::runtime_error that names what is wrong:
// a client id without a secret, an address that is none.
Providers connector_providers(const Settings& settings);

// Where a flow of consent may end; the first is the default. Throws std::runtime_error.
std::vector<std::string> connector_return_urls(const Settings& settings);

} // namespace xentree
