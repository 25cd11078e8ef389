#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ai/chat_provider.h"

namespace xentree {

// One entry of the list of providers (AIProvider of the contract).
struct ChatProviderEntry {
    std::string id;
    std::string name;
    std::vector<ChatModel> models;
    std::optional<std::string> default_model;
    bool is_available = false;
    std::optional<std::string> unavailable_reason;
    std::vector<std::string> capabilities;
};

// Who may answer a prompt, in the order in which they are tried.
struct ChatRoute {
    struct Candidate {
        ChatProvider* provider;
        std::string model;
    };
    std::vector<Candidate> candidates;
};

// An answer of which the first piece is there: what goes wrong from here on is the answer breaking off.
struct StartedReply {
    std::string provider;             // id of the one that answers
    std::optional<std::string> first; // nothing where the answer has no text
    std::unique_ptr<ChatReply> rest;  // what follows `first`
};

// Chooses among the AI providers. Unchanging after it is made; any thread. It outlives its replies.
class ChatRouting {
  public:
    // `configured` in the order of the settings. `embedded` is always there, last; the routing mode `auto`
    // takes it only where nothing is configured, so that a language model's answer is never silently
    // replaced. Throws std::invalid_argument where two have one id.
    ChatRouting(std::vector<std::unique_ptr<ChatProvider>> configured,
                std::unique_ptr<ChatProvider> embedded);

    // `auto`, then the others in order.
    std::vector<ChatProviderEntry> list() const;

    // Whether a `provider` of a request names something: `auto`, a provider or a model.
    bool is_known(std::string_view name) const;
    // Whether answers of the provider of this id cost somebody something; the embedded one's do not.
    bool is_outside(std::string_view id) const { return id != providers_.back()->id(); }

    // Throws ApiError: not_found for a name or model that nobody has, validation_error for a contradiction.
    ChatRoute resolve(std::string_view provider, const std::optional<std::string>& model) const;

    // Tries the route's available candidates until one has given its first piece; `prompt.model` is set here.
    // Throws ApiError(unavailable) where none was called, else the last one's error.
    Task<StartedReply> ask(ChatRoute route, ChatPrompt prompt) const;

  private:
    ChatProvider* find(std::string_view id) const;
    ChatProvider* first_with(std::string_view model) const;
    std::vector<ChatProvider*> tried_by_auto() const;
    ChatRoute auto_route(const std::optional<std::string>& model) const;
    ChatProviderEntry auto_entry() const;

    std::vector<std::unique_ptr<ChatProvider>> providers_; // the embedded one last
};

} // namespace xentree
