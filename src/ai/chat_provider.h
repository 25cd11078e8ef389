#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"

namespace xentree {

enum class ChatRole { user, assistant, system };

struct ChatMessage {
    ChatRole role = ChatRole::user;
    std::string content;
};

// What a provider is asked: the turns, oldest first, the last of them the user's message to answer. The first
// may be the end of a long one.
struct ChatPrompt {
    std::vector<ChatMessage> turns;
    std::string model;                   // one of the provider's
    std::optional<std::string> language; // BCP 47 tag that the answer should be in
    bool stream = false;                 // whether pieces are wanted as they come
    std::size_t turns_before = 0;        // older ones of the conversation that were left out
};

struct TokenUsage {
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    std::int64_t total_tokens = 0;
};

struct ChatModel {
    std::string id;
    std::string name;
    std::optional<std::int64_t> context_tokens; // nothing where unknown
};

// An answer that is being given. Destroying it ends the provider's work.
class ChatReply {
  public:
    virtual ~ChatReply() = default;
    // The next piece of text, never empty; nothing at the end. Throws ApiError(provider_error) or
    // ApiError(provider_timeout).
    virtual Task<std::optional<std::string>> next() = 0;
    // After the end: what the provider counted, nothing where it does not tell.
    virtual std::optional<TokenUsage> usage() const = 0;
    // The model that answers, as the provider names it.
    virtual std::string model() const = 0;
};

// An AI backend. Its calls run on the I/O thread of the request; its state may be asked for on any thread.
class ChatProvider {
  public:
    virtual ~ChatProvider() = default;
    virtual std::string_view id() const = 0;   // ^[a-z0-9][a-z0-9_-]*$
    virtual std::string_view name() const = 0; // to show
    virtual const std::vector<ChatModel>& models() const = 0;
    virtual std::string_view default_model() const = 0;
    // Why it cannot answer now, one sentence without addresses or secrets; nothing while it can.
    virtual std::optional<std::string> unavailable_reason() const = 0;
    // Returns when the provider has accepted the prompt. Throws like ChatReply::next.
    virtual Task<std::unique_ptr<ChatReply>> ask(ChatPrompt prompt) = 0;
};

} // namespace xentree
