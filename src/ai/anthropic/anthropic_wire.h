#pragma once
#include "ai/remote/chat_wire.h"

namespace xentree {

// Anthropic's Messages API (https://docs.claude.com/en/api/messages).
class AnthropicWire final : public remote::ChatWire {
  public:
    // The protocol demands a limit of each answer. Models refuse more than they can give: this is what all
    // since Claude 3.5 can.
    static constexpr std::int64_t default_max_tokens = 8'192;

    explicit AnthropicWire(std::int64_t max_tokens = default_max_tokens) : max_tokens_(max_tokens) {}

    std::string_view official_url() const override { return "https://api.anthropic.com/v1"; }
    remote::Headers headers(const std::string& api_key) const override;
    remote::WireRequest request(const ChatPrompt& prompt) const override;
    // Both leave out what is not text, such as a model's thinking.
    remote::ChatOutput read_whole(std::string_view json) const override;
    remote::ChatOutput read_event(const SseEvent& event) const override;

  private:
    std::int64_t max_tokens_;
};

} // namespace xentree
