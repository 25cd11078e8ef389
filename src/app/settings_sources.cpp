#include "app/settings_sources.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <stdexcept>

#include "base/text.h"

namespace xentree {

namespace {

std::string text_of(const toml::node& node, const std::string& name) {
    if (const auto* text = node.as_string())
        return text->get();
    if (const auto* number = node.as_integer())
        return std::to_string(number->get());
    if (const auto* boolean = node.as_boolean())
        return boolean->get() ? "true" : "false";
    if (const auto* array = node.as_array()) {
        std::vector<std::string> items;
        for (const auto& item : *array)
            items.push_back(text_of(item, name));
        return fmt::format("{}", fmt::join(items, ","));
    }
    throw std::runtime_error(fmt::format("setting {}: must be a text, a whole number, true or false", name));
}

// Tables come sorted; providers are tried in the order of the file.
void flatten(const toml::table& table, const std::string& prefix, SettingValues& values) {
    std::vector<std::pair<std::string, const toml::node*>> members;
    for (const auto& [key, node] : table)
        members.emplace_back(std::string(key.str()), &node);
    std::stable_sort(members.begin(), members.end(), [](const auto& left, const auto& right) {
        return left.second->source().begin.line < right.second->source().begin.line;
    });
    for (const auto& [key, node] : members) {
        const std::string name = prefix + key;
        if (const auto* inner = node->as_table())
            flatten(*inner, name + ".", values);
        else
            values.emplace_back(name, text_of(*node, name));
    }
}

// The setting's name of XENTREE_PROVIDER_LOCAL_BASE_URL: provider.local.base_url.
std::optional<std::string> provider_setting_of(const std::string& variable) {
    constexpr std::string_view prefix = "XENTREE_PROVIDER_";
    if (!variable.starts_with(prefix))
        return std::nullopt;
    std::string key, ending; // of timeout_seconds and total_timeout_seconds the longer one
    for (const auto& row : provider_setting_rows()) {
        const std::string wanted = row.name.substr(std::string_view("provider.NAME.").size());
        const std::string tail =
            setting_variable(wanted).substr(std::string_view("XENTREE").size()); // _BASE_URL
        if (variable.ends_with(tail) && variable.size() > prefix.size() + tail.size() &&
            tail.size() > ending.size()) {
            key = wanted;
            ending = tail;
        }
    }
    if (key.empty())
        return std::nullopt;
    const std::size_t size = variable.size() - prefix.size() - ending.size();
    return fmt::format("provider.{}.{}", ascii_lower(variable.substr(prefix.size(), size)), key);
}

std::optional<std::string> setting_of(const std::string& variable) {
    for (const auto& row : setting_rows()) {
        if (setting_variable(row.name) == variable)
            return row.name;
    }
    return provider_setting_of(variable);
}

std::string toml_value(const SettingRow& row) {
    const bool is_bare = row.default_value == "true" || row.default_value == "false" ||
                         (!row.default_value.empty() &&
                          row.default_value.find_first_not_of("0123456789") == std::string::npos);
    return is_bare ? row.default_value : fmt::format("\"{}\"", row.default_value);
}

void add_example(std::string& text, const std::vector<SettingRow>& rows) {
    std::string table;
    for (const auto& row : rows) {
        const auto dot = row.name.rfind('.');
        const std::string wanted = dot == std::string::npos ? "" : row.name.substr(0, dot);
        if (wanted != table)
            text += fmt::format("\n# [{}]\n", table = wanted);
        const std::string key = dot == std::string::npos ? row.name : row.name.substr(dot + 1);
        text += fmt::format("# {}\n#{} = {}\n", row.meaning, key, toml_value(row));
    }
}

void add_page_table(std::string& page, const std::vector<SettingRow>& rows) {
    page += "| setting | flag | environment | default | meaning |\n| --- | --- | --- | --- | --- |\n";
    for (const auto& row : rows) {
        const bool of_provider = row.name.starts_with("provider.");
        page += fmt::format(
            "| `{}` | {} | `{}` | {} | {} |\n", row.name,
            of_provider ? "`--set`" : fmt::format("`{}`", setting_flag(row.name)), setting_variable(row.name),
            row.default_value.empty() ? "" : fmt::format("`{}`", row.default_value), row.meaning);
    }
}

} // namespace

SettingValues read_settings_file(const std::string& file) {
    if (::access(file.c_str(), R_OK) != 0)
        throw std::runtime_error(fmt::format("The configuration file {} cannot be read.", file));
    try {
        SettingValues values;
        flatten(toml::parse_file(file), "", values);
        return values;
    } catch (const toml::parse_error& error) {
        throw std::runtime_error(
            fmt::format("{}, line {}: {}", file, error.source().begin.line, error.description()));
    }
}

SettingValues read_settings_environment() {
    SettingValues values;
    std::vector<std::string> unknown;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view pair = *entry;
        const auto equals = pair.find('=');
        const std::string variable(pair.substr(0, equals));
        if (!variable.starts_with("XENTREE_") || variable == "XENTREE_CONFIG")
            continue;
        if (const auto name = setting_of(variable))
            values.emplace_back(*name, std::string(pair.substr(equals + 1)));
        else
            unknown.push_back(variable);
    }
    if (!unknown.empty())
        throw std::runtime_error(fmt::format("no such setting: {} (environment)", fmt::join(unknown, ", ")));
    return values;
}

Settings merge_settings(const std::vector<SettingValues>& weakest_first) {
    Settings settings;
    std::vector<std::string> faults;
    for (const auto& source : weakest_first) {
        for (const auto& [name, value] : source) {
            try {
                set_setting(settings, name, value);
            } catch (const std::runtime_error& error) {
                faults.emplace_back(error.what());
            }
        }
    }
    if (!faults.empty())
        throw std::runtime_error(fmt::format("{}", fmt::join(faults, "\n")));
    return settings;
}

std::string example_settings_file() {
    std::string text =
        "# Settings of xentree (xentree serve --config FILE). Lines that begin with # show the defaults.\n";
    add_example(text, setting_rows());
    add_example(text, provider_setting_rows());
    return text;
}

std::string settings_page() {
    std::string page = "# Settings\n\n"
                       "Made by `xentree settings --markdown`; a test keeps it current.\n\n"
                       "A flag wins over the environment, the environment over the file "
                       "(`--config FILE` or `XENTREE_CONFIG`, TOML; `xentree settings` prints an example). "
                       "An unknown name or a wrong value stops the start and is named.\n\n";
    add_page_table(page, setting_rows());
    page += "\n## AI providers\n\nAny number of them, each with a NAME of a-z, 0-9 and `_`, tried by "
            "`auto` in "
            "the order in which they are first named. As a flag: `--set provider.NAME.SETTING=VALUE`.\n\n";
    add_page_table(page, provider_setting_rows());
    return page;
}

} // namespace xentree
