// What a provider of each kind sends: a whole answer, an event of a stream or an error.
#include "ai/anthropic/anthropic_wire.h"
#include "ai/gemini/gemini_wire.h"
#include "ai/openai/openai_wire.h"
#include "ai/remote/json.h"
#include "ai/remote/wtf8.h"
#include "base/text.h"
#include "fuzz.h"

namespace xentree::fuzz {
namespace {

using namespace remote;

// As an answer goes on its way to the client.
std::string joined(std::string_view wtf8) {
    Utf8Joiner joiner;
    std::string text = joiner.take(wtf8);
    return text + joiner.finish();
}

void require_sound(const ChatOutput& output) {
    const std::string text = joined(output.text);
    require(is_utf8(text), "an answer is UTF-8");
    require(text.find('\0') == std::string::npos, "without U+0000");
    require(!is_utf8(output.text) || text == output.text, "of good text nothing is lost");
    require(is_utf8(output.model) && count_code_points(output.model) <= 128,
            "a model's name is UTF-8 and short");
    for (const auto& count : {output.counts.prompt, output.counts.completion, output.counts.total})
        require(!count || *count >= 0, "counts of tokens are none below zero");
}

void try_reading(const ChatWire& wire, std::string_view text) {
    try {
        require_sound(wire.read_whole(text));
    } catch (const Failure&) {
        // An answer that is none is told so.
    }
    for (const char* type : {"message", "error"})
        try {
            require_sound(wire.read_event({type, std::string(text)}));
        } catch (const Failure&) {
            // As above.
        }
    for (const int status : {400, 500})
        require(wire.failure(status, text).code == ErrorCode::provider_error, "an error answer is an error");
    ChatPrompt prompt;
    prompt.stream = true;
    wire.plainer_request(prompt, 400, text);
}

void try_joining(std::string_view text) {
    require(is_utf8(joined(text)), "joined text is UTF-8");
    if (!is_utf8(text))
        return;
    Utf8Joiner joiner;
    const auto first = first_code_points(text, count_code_points(text) / 2);
    std::string pieces = joiner.take(first);
    pieces += joiner.take(text.substr(first.size()));
    pieces += joiner.finish();
    require(pieces == text, "good text goes through in pieces");
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree;
    const auto text = fuzz::as_text(data, size);
    fuzz::try_reading(OpenAiWire(), text);
    fuzz::try_reading(AnthropicWire(), text);
    fuzz::try_reading(GeminiWire(), text);
    fuzz::require(remote::error_word(text).size() <= 64, "a word for the log is short");
    const std::string unescaped = remote::unescape_lone_surrogates(text);
    fuzz::require(remote::unescape_lone_surrogates(unescaped) == unescaped,
                  "no lone surrogate stays escaped");
    fuzz::try_joining(text);
    return 0;
}
