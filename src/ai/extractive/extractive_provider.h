#pragma once
#include <string>
#include <vector>

#include "ai/chat_provider.h"
#include "base/worker_pool.h"

namespace xentree {

// Answers without a language model: with quotes from the conversation (ai/extractive/answer.h). Needs no
// configuration and is always available.
class ExtractiveProvider final : public ChatProvider {
  public:
    static constexpr std::string_view provider_id = "extractive";
    static constexpr std::string_view model_id = "extractive-1";

    // Long conversations are looked through on the workers.
    explicit ExtractiveProvider(WorkerPool& workers);

    std::string_view id() const override { return provider_id; }
    std::string_view name() const override { return "Quotes from the conversation"; }
    const std::vector<ChatModel>& models() const override { return models_; }
    std::string_view default_model() const override { return model_id; }
    std::optional<std::string> unavailable_reason() const override { return std::nullopt; }
    // Throws ApiError(unavailable) where too many long conversations wait.
    Task<std::unique_ptr<ChatReply>> ask(ChatPrompt prompt) override;

  private:
    std::vector<ChatModel> models_;
    WorkerPool& workers_;
};

} // namespace xentree
