#include "app/providers.h"

#include <fmt/format.h>

#include <stdexcept>

#include "ai/extractive/extractive_provider.h"
#include "ai/openai/openai_provider.h"
#include "base/text.h"

namespace xentree {

namespace {

std::vector<ChatModel> parse_models(std::string_view list) {
    std::vector<ChatModel> models;
    while (!list.empty()) {
        const auto end = list.find(',');
        if (const auto id = trim(list.substr(0, end)); !id.empty())
            models.push_back({std::string(id), std::string(id), std::nullopt});
        list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
    }
    return models;
}

std::unique_ptr<ChatProvider> make_provider(const std::string& id, const ProviderSettings& settings,
                                            const Clock& clock) {
    OpenAiSettings wanted;
    wanted.id = id;
    wanted.name = settings.name.empty() ? id : settings.name;
    wanted.base_url = settings.base_url;
    wanted.api_key = settings.api_key;
    wanted.models = parse_models(settings.models);
    wanted.connect_timeout = Seconds(settings.connect_timeout_seconds);
    wanted.silence_timeout = Seconds(settings.timeout_seconds);
    wanted.total_timeout = Seconds(settings.total_timeout_seconds);
    if (wanted.base_url.empty())
        throw std::runtime_error(fmt::format("setting provider.{}.base_url: is required", id));
    if (wanted.models.empty())
        throw std::runtime_error(fmt::format("setting provider.{}.models: needs at least one model", id));
    try {
        return std::make_unique<OpenAiProvider>(std::move(wanted), clock);
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("setting provider.{}: {}", id, error.what()));
    }
}

} // namespace

std::unique_ptr<ChatRouting> make_routing(const Settings& settings, WorkerPool& workers, const Clock& clock) {
    std::vector<std::unique_ptr<ChatProvider>> providers;
    for (const auto& id : settings.provider_order)
        providers.push_back(make_provider(id, settings.providers.at(id), clock));
    return std::make_unique<ChatRouting>(std::move(providers), std::make_unique<ExtractiveProvider>(workers));
}

} // namespace xentree
