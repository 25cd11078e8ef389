#include "app/providers.h"

#include <fmt/format.h>

#include <stdexcept>

#include "ai/anthropic/anthropic_wire.h"
#include "ai/extractive/extractive_provider.h"
#include "ai/gemini/gemini_wire.h"
#include "ai/openai/openai_wire.h"
#include "ai/remote/remote_provider.h"
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

std::unique_ptr<remote::ChatWire> make_wire(const ProviderSettings& settings) {
    const auto max_tokens = settings.max_tokens == 0 ? std::nullopt : std::optional(settings.max_tokens);
    if (settings.kind == "anthropic")
        return std::make_unique<AnthropicWire>(max_tokens.value_or(AnthropicWire::default_max_tokens));
    if (settings.kind == "gemini")
        return std::make_unique<GeminiWire>(max_tokens);
    return std::make_unique<OpenAiWire>();
}

std::string base_url(const ProviderSettings& settings, const remote::ChatWire& wire) {
    return settings.base_url.empty() ? std::string(wire.official_url()) : settings.base_url;
}

std::unique_ptr<ChatProvider> make_provider(const std::string& id, const ProviderSettings& settings,
                                            const Clock& clock) {
    const auto reject = [&](const char* name, const char* why) {
        throw std::runtime_error(fmt::format("setting provider.{}.{}: {}", id, name, why));
    };
    auto wire = make_wire(settings);
    RemoteSettings wanted;
    wanted.id = id;
    wanted.name = settings.name.empty() ? id : settings.name;
    wanted.base_url = base_url(settings, *wire);
    wanted.api_key = settings.api_key;
    wanted.models = parse_models(settings.models);
    wanted.connect_timeout = Seconds(settings.connect_timeout_seconds);
    wanted.silence_timeout = Seconds(settings.timeout_seconds);
    wanted.total_timeout = Seconds(settings.total_timeout_seconds);
    if (wanted.base_url.empty())
        reject("base_url", "is required for this kind, which servers of many makers speak");
    if (settings.base_url.empty() && settings.api_key.empty())
        reject("api_key", "is required by the maker's own address");
    if (wanted.models.empty())
        reject("models", "needs at least one model");
    if (settings.max_tokens != 0 && settings.kind == "openai")
        reject("max_tokens", "is not for the kind openai");
    try {
        return std::make_unique<RemoteProvider>(std::move(wanted), std::move(wire), clock);
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

OutboundRequest request_for_models(const ProviderSettings& settings) {
    const auto wire = make_wire(settings);
    OutboundRequest request;
    request.url = base_url(settings, *wire);
    while (request.url.ends_with('/'))
        request.url.pop_back();
    request.url += "/models";
    request.headers = wire->headers(settings.api_key);
    request.connect_timeout = Seconds(settings.connect_timeout_seconds);
    request.total_timeout = Seconds(20);
    return request;
}

} // namespace xentree
