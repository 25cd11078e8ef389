#pragma once
#include <string>
#include <utility>
#include <vector>

#include "app/settings.h"

namespace xentree {

// Name and value of settings, in the order of their source.
using SettingValues = std::vector<std::pair<std::string, std::string>>;

// A TOML file: tables are the parts of a dotted name, arrays of strings are joined by commas. Throws
// std::runtime_error that names file and line.
SettingValues read_settings_file(const std::string& file);

// XENTREE_* of the environment, but for XENTREE_CONFIG. Of a provider:
// XENTREE_PROVIDER_NAME_BASE_URL. Throws std::runtime_error that names a variable that is no setting.
SettingValues read_settings_environment();

// Flags win over the environment, the environment over the file. Throws std::runtime_error with all faults.
Settings merge_settings(const std::vector<SettingValues>& weakest_first);

// A configuration file with every setting, its meaning and its default.
std::string example_settings_file();
// The same as a page of the docs.
std::string settings_page();

} // namespace xentree
