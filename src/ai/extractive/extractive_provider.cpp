#include "ai/extractive/extractive_provider.h"

#include "ai/extractive/answer.h"

namespace xentree {
namespace {

// Bytes of text that are looked through in well under a millisecond.
constexpr std::size_t inline_limit = 8 * 1024;

class ExtractiveReply final : public ChatReply {
  public:
    explicit ExtractiveReply(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
    Task<std::optional<std::string>> next() override {
        if (given_ == pieces_.size())
            co_return std::nullopt;
        co_return std::move(pieces_[given_++]);
    }
    std::optional<TokenUsage> usage() const override { return std::nullopt; }
    std::string model() const override { return std::string(ExtractiveProvider::model_id); }

  private:
    std::vector<std::string> pieces_;
    std::size_t given_ = 0;
};

std::size_t text_size(const ChatPrompt& prompt) {
    std::size_t size = 0;
    for (const ChatMessage& turn : prompt.turns)
        size += turn.content.size();
    return size;
}

std::vector<std::string> pieces_for(const ChatPrompt& prompt) {
    auto pieces = extractive::compose_answer(prompt);
    if (prompt.stream)
        return pieces;
    std::string whole;
    for (const std::string& piece : pieces)
        whole += piece;
    return {std::move(whole)};
}

} // namespace

ExtractiveProvider::ExtractiveProvider(WorkerPool& workers) :
    models_{{std::string(model_id), "Extractive quotes", std::nullopt}}, workers_(workers) {}

Task<std::unique_ptr<ChatReply>> ExtractiveProvider::ask(ChatPrompt prompt) {
    std::vector<std::string> pieces;
    if (text_size(prompt) <= inline_limit) {
        pieces = pieces_for(prompt);
    } else {
        auto work = [prompt = std::move(prompt)] { return pieces_for(prompt); };
        pieces = co_await workers_.run(std::move(work));
    }
    co_return std::make_unique<ExtractiveReply>(std::move(pieces));
}

} // namespace xentree
