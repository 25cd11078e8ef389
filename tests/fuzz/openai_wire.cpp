// What a provider that speaks OpenAI's protocol sends: a whole answer, a piece of a stream or an error.
#include "ai/openai/wire.h"
#include "ai/openai/wtf8.h"
#include "base/text.h"
#include "fuzz.h"

namespace xentree::fuzz {
namespace {

using namespace openai;

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
    if (output.usage)
        require(output.usage->prompt_tokens >= 0 && output.usage->completion_tokens >= 0 &&
                    output.usage->total_tokens >= 0 && output.usage->total_tokens <= 2'147'483'647,
                "counts of tokens fit the contract");
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
    if (const auto output = openai::parse_completion(text))
        fuzz::require_sound(*output);
    if (const auto output = openai::parse_chunk(text))
        fuzz::require_sound(*output);
    fuzz::require(openai::error_word(text).size() <= 64, "a word for the log is short");
    openai::refuses_member(text, "stream_options");
    const std::string unescaped = openai::unescape_lone_surrogates(text);
    fuzz::require(openai::unescape_lone_surrogates(unescaped) == unescaped,
                  "no lone surrogate stays escaped");
    fuzz::try_joining(text);
    return 0;
}
