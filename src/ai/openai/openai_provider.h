#pragma once
#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "ai/availability.h"
#include "ai/chat_provider.h"
#include "http/outbound.h"

namespace xentree {

struct OpenAiSettings {
    std::string id;
    std::string name;
    std::string base_url;          // up to and with the version: https://api.openai.com/v1
    std::string api_key;           // empty: none is sent
    std::vector<ChatModel> models; // at least one, the first is the default; a name that is empty is the id
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds silence_timeout{60'000}; // until the first and until each next byte
    std::chrono::milliseconds total_timeout{300'000};
};

// A model server that speaks OpenAI's chat completions: OpenAI itself, vLLM, Ollama, llama.cpp and others.
class OpenAiProvider final : public ChatProvider {
  public:
    // Throws std::invalid_argument where the settings cannot work.
    OpenAiProvider(OpenAiSettings settings, const Clock& clock);

    std::string_view id() const override { return settings_.id; }
    std::string_view name() const override { return settings_.name; }
    const std::vector<ChatModel>& models() const override { return settings_.models; }
    std::string_view default_model() const override { return settings_.models.front().id; }
    std::optional<std::string> unavailable_reason() const override {
        return availability_.unavailable_reason();
    }
    // Also throws ApiError(unavailable), without a call, while the provider is resting.
    Task<std::unique_ptr<ChatReply>> ask(ChatPrompt prompt) override;

  private:
    Task<std::unique_ptr<OutboundResponse>> send(const ChatPrompt& prompt);
    OutboundRequest request(const ChatPrompt& prompt, bool with_usage) const;

    OpenAiSettings settings_;
    Availability availability_;
    std::atomic<bool> counts_streams_{true}; // until it is shown that the server minds `stream_options`
};

} // namespace xentree
