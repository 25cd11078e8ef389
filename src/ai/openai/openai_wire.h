#pragma once
#include <atomic>

#include "ai/remote/chat_wire.h"

namespace xentree {

// OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat), which vLLM, Ollama,
// llama.cpp and others speak too.
class OpenAiWire final : public remote::ChatWire {
  public:
    remote::Headers headers(const std::string& api_key) const override;
    remote::WireRequest request(const ChatPrompt& prompt) const override;
    remote::ChatOutput read_whole(std::string_view json) const override;
    remote::ChatOutput read_event(const SseEvent& event) const override;
    // A stream is asked to end in the count of tokens, until it is shown that the server minds
    // `stream_options`.
    std::optional<remote::WireRequest> plainer_request(const ChatPrompt& prompt, int status,
                                                       std::string_view error) const override;
    void plainer_request_was_served() override { counts_streams_ = false; }

  private:
    std::atomic<bool> counts_streams_{true};
};

} // namespace xentree
