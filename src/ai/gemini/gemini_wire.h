#pragma once
#include "ai/remote/chat_wire.h"

namespace xentree {

// Google's Gemini API (https://ai.google.dev/api/generate-content).
class GeminiWire final : public remote::ChatWire {
  public:
    // Without a limit of an answer's tokens, which count a model's thinking, the model's own holds.
    explicit GeminiWire(std::optional<std::int64_t> max_tokens = {}) : max_tokens_(max_tokens) {}

    std::string_view official_url() const override {
        return "https://generativelanguage.googleapis.com/v1beta";
    }
    remote::Headers headers(const std::string& api_key) const override;
    remote::WireRequest request(const ChatPrompt& prompt) const override;
    // Both leave out a model's thinking.
    remote::ChatOutput read_whole(std::string_view json) const override;
    remote::ChatOutput read_event(const SseEvent& event) const override;
    remote::Failure failure(int status, std::string_view error) const override;

  private:
    std::optional<std::int64_t> max_tokens_;
};

} // namespace xentree
