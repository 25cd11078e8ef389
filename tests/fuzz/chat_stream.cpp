// First byte: the provider's kind. The rest: the stream that it sends, or the whole answer.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "ai/anthropic/anthropic_wire.h"
#include "ai/gemini/gemini_wire.h"
#include "ai/openai/openai_wire.h"
#include "ai/remote/reply.h"
#include "base/text.h"
#include "fuzz.h"

namespace xentree::fuzz {
namespace {

using namespace remote;

// An answer that comes in pieces of this size.
class Pieces final : public OutboundResponse {
  public:
    Pieces(std::string_view rest, std::size_t size) : rest_(rest), size_(size) {}
    int status() const override { return 200; }
    std::optional<std::string> header(std::string_view) const override { return std::nullopt; }
    Task<std::optional<std::string>> next() override {
        if (rest_.empty())
            co_return std::nullopt;
        std::string piece(rest_.substr(0, size_));
        rest_.remove_prefix(piece.size());
        co_return piece;
    }

  private:
    std::string_view rest_;
    std::size_t size_;
};

struct Outcome {
    std::string text;
    std::string model;
    std::optional<std::string> failure;
    std::optional<TokenUsage> usage;
};

Task<void> receive(ChatReply& reply, Outcome& outcome) {
    try {
        for (;;) {
            const auto text = co_await reply.next();
            if (!text)
                break;
            require(!text->empty(), "a piece of an answer has text");
            outcome.text += *text;
        }
    } catch (const ApiError& error) {
        outcome.failure = error.what();
    }
    outcome.model = reply.model();
    outcome.usage = reply.usage();
}

template<class Kind>
Outcome outcome_of(const ChatWire& wire, std::string_view bytes, std::size_t piece_size) {
    static const SetClock clock{Instant(std::chrono::hours(24 * 365 * 50))};
    Availability availability(clock);
    Kind reply(Call{wire, "house", "m", *availability.attempt()},
               std::make_unique<Pieces>(bytes, piece_size));
    Outcome outcome;
    asio::io_context io;
    bool is_over = false;
    auto whole = [&]() -> Task<void> {
        co_await receive(reply, outcome);
        is_over = true;
    };
    asio::co_spawn(io, whole, asio::detached);
    io.run();
    require(is_over, "an answer comes to its end");
    return outcome;
}

bool is_same(const std::optional<TokenUsage>& one, const std::optional<TokenUsage>& other) {
    if (!one || !other)
        return one.has_value() == other.has_value();
    return one->prompt_tokens == other->prompt_tokens && one->completion_tokens == other->completion_tokens &&
           one->total_tokens == other->total_tokens;
}

template<class Kind>
void try_reply(const ChatWire& wire, std::string_view bytes) {
    const Outcome whole = outcome_of<Kind>(wire, bytes, std::max<std::size_t>(bytes.size(), 1));
    require(is_utf8(whole.text) && whole.text.find('\0') == std::string::npos, "an answer is text");
    require(is_utf8(whole.model) && count_code_points(whole.model) <= 128,
            "a model's name is UTF-8 and short");
    if (whole.usage)
        for (const std::int64_t count :
             {whole.usage->prompt_tokens, whole.usage->completion_tokens, whole.usage->total_tokens})
            require(count >= 0 && count <= 2'147'483'647, "counts of tokens fit the contract");
    for (const std::size_t piece_size : {1, 7}) {
        const Outcome pieces = outcome_of<Kind>(wire, bytes, piece_size);
        require(pieces.text == whole.text && pieces.model == whole.model,
                "however it is split, it says the same");
        require(pieces.failure == whole.failure, "and fails the same");
        require(is_same(pieces.usage, whole.usage), "and counts the same");
    }
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree;
    if (size == 0)
        return 0;
    const OpenAiWire openai;
    const AnthropicWire anthropic;
    const GeminiWire gemini;
    const std::array<const remote::ChatWire*, 3> wires{&openai, &anthropic, &gemini};
    const auto bytes = fuzz::as_text(data, size).substr(1);
    const auto& wire = *wires[data[0] % wires.size()];
    fuzz::try_reply<remote::StreamedReply>(wire, bytes);
    fuzz::try_reply<remote::WholeReply>(wire, bytes);
    return 0;
}
