#include "ai/routing.h"

#include "ai/availability.h"

#include <stdexcept>

#include "base/error.h"

namespace xentree {
namespace {

constexpr std::string_view automatic = "auto";

bool offers(const ChatProvider& provider, std::string_view model) {
    const auto& models = provider.models();
    return std::any_of(models.begin(), models.end(), [&](const ChatModel& each) { return each.id == model; });
}

std::vector<std::string> all_capabilities() {
    return {"chat", "stream"};
}

ChatProviderEntry entry_of(const ChatProvider& provider) {
    auto reason = provider.unavailable_reason();
    const bool is_available = !reason.has_value();
    return {.id = std::string(provider.id()),
            .name = std::string(provider.name()),
            .models = provider.models(),
            .default_model = std::string(provider.default_model()),
            .is_available = is_available,
            .unavailable_reason = std::move(reason),
            .capabilities = all_capabilities()};
}

} // namespace

ChatRouting::ChatRouting(std::vector<std::unique_ptr<ChatProvider>> configured,
                         std::unique_ptr<ChatProvider> embedded) :
    providers_(std::move(configured)) {
    providers_.push_back(std::move(embedded));
    for (const auto& provider : providers_)
        if (provider->id() == automatic || find(provider->id()) != provider.get())
            throw std::invalid_argument("Two AI providers have the id " + std::string(provider->id()) + ".");
}

ChatProvider* ChatRouting::find(std::string_view id) const {
    const auto has_id = [&](const auto& provider) { return provider->id() == id; };
    const auto found = std::find_if(providers_.begin(), providers_.end(), has_id);
    return found == providers_.end() ? nullptr : found->get();
}

ChatProvider* ChatRouting::first_with(std::string_view model) const {
    const auto has_model = [&](const auto& provider) { return offers(*provider, model); };
    const auto found = std::find_if(providers_.begin(), providers_.end(), has_model);
    return found == providers_.end() ? nullptr : found->get();
}

std::vector<ChatProvider*> ChatRouting::tried_by_auto() const {
    if (providers_.size() == 1)
        return {providers_.front().get()};
    std::vector<ChatProvider*> tried;
    for (std::size_t i = 0; i + 1 < providers_.size(); ++i)
        tried.push_back(providers_[i].get());
    return tried;
}

ChatProviderEntry ChatRouting::auto_entry() const {
    ChatProviderEntry entry;
    entry.id = automatic;
    entry.name = "Automatic routing";
    for (const ChatProvider* provider : tried_by_auto()) {
        if (provider->unavailable_reason())
            continue;
        entry.is_available = true;
        entry.default_model = provider->default_model();
        entry.capabilities = all_capabilities();
        return entry;
    }
    entry.unavailable_reason = "None of the configured providers can answer now.";
    return entry;
}

std::vector<ChatProviderEntry> ChatRouting::list() const {
    std::vector<ChatProviderEntry> entries{auto_entry()};
    for (const auto& provider : providers_)
        entries.push_back(entry_of(*provider));
    return entries;
}

bool ChatRouting::is_known(std::string_view name) const {
    return name == automatic || find(name) || first_with(name);
}

// A model that is named is nobody's silent replacement: then the embedded provider counts too.
ChatRoute ChatRouting::auto_route(const std::optional<std::string>& model) const {
    ChatRoute route;
    if (!model) {
        for (ChatProvider* provider : tried_by_auto())
            route.candidates.push_back({provider, std::string(provider->default_model())});
        return route;
    }
    for (const auto& provider : providers_)
        if (offers(*provider, *model))
            route.candidates.push_back({provider.get(), *model});
    if (route.candidates.empty())
        throw ApiError::absent("model");
    return route;
}

ChatRoute ChatRouting::resolve(std::string_view name, const std::optional<std::string>& model) const {
    ChatRoute route;
    if (name == automatic) {
        route = auto_route(model);
    } else if (ChatProvider* provider = find(name)) {
        if (model && !offers(*provider, *model))
            throw ApiError::absent("model");
        route.candidates.push_back({provider, model.value_or(std::string(provider->default_model()))});
    } else if (ChatProvider* bearer = first_with(name)) {
        if (model && *model != name)
            throw ApiError({Fault{"/model", "contradicts the model named in provider"}});
        route.candidates.push_back({bearer, std::string(name)});
    } else {
        throw ApiError::absent("provider");
    }
    return route;
}

Task<StartedReply> ChatRouting::ask(ChatRoute route, ChatPrompt prompt) const {
    std::optional<ApiError> failure;
    for (const ChatRoute::Candidate& candidate : route.candidates) {
        if (candidate.provider->unavailable_reason())
            continue;
        prompt.model = candidate.model;
        try {
            ChatPrompt copy = prompt;
            auto reply = co_await candidate.provider->ask(std::move(copy));
            auto first = co_await reply->next();
            co_return StartedReply{std::string(candidate.provider->id()), std::move(first), std::move(reply)};
        } catch (const ApiError& error) {
            // One that went to rest meanwhile was not called.
            if (error.code != ErrorCode::unavailable)
                failure.emplace(error);
        }
    }
    if (failure)
        throw *failure;
    throw ApiError::retry_later(ErrorCode::unavailable, Availability::rest);
}

} // namespace xentree
