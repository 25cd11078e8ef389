#include "ai/remote/remote_settings.h"

#include <fmt/format.h>

#include <stdexcept>

#include "base/text.h"

namespace xentree {
namespace {

bool is_provider_id(std::string_view id) {
    const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const auto is_allowed = [&](char c) { return is_plain(c) || c == '_' || c == '-'; };
    return !id.empty() && id.size() <= 64 && id != "auto" && is_plain(id.front()) &&
           std::all_of(id.begin(), id.end(), is_allowed);
}

void check(const RemoteSettings& settings) {
    if (!is_provider_id(settings.id))
        throw std::invalid_argument("A provider's id is 1 to 64 of a-z, 0-9, _ and -, and not auto.");
    const auto reject = [&](const char* what) {
        throw std::invalid_argument(fmt::format("Provider {}: {}", settings.id, what));
    };
    const auto is_text = [](const std::string& text, std::size_t limit) {
        return is_utf8(text) && !text.empty() && count_code_points(text) <= limit;
    };
    if (!is_text(settings.name, 120))
        reject("the name has 1 to 120 characters.");
    if (!settings.base_url.starts_with("http://") && !settings.base_url.starts_with("https://"))
        reject("the base URL begins with http:// or https://.");
    if (has_control_character(settings.api_key))
        reject("the API key has a control character.");
    if (settings.models.empty())
        reject("at least one model must be named.");
    for (const ChatModel& model : settings.models)
        if (!is_text(model.id, 128) || !is_text(model.name, 120))
            reject("a model's id has 1 to 128 characters, its name 1 to 120.");
}

} // namespace

RemoteSettings complete(RemoteSettings settings) {
    while (settings.base_url.ends_with('/'))
        settings.base_url.pop_back();
    for (ChatModel& model : settings.models)
        if (model.name.empty())
            model.name = first_code_points(model.id, 120);
    check(settings);
    return settings;
}

} // namespace xentree
