#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "ai/chat_provider.h"

// The JSON of OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat), which other
// model servers speak too.
namespace xentree::openai {

// Body of POST /chat/completions. With `with_usage` a stream is asked to end in the count of tokens, which
// some servers do not know.
std::string chat_request(const ChatPrompt& prompt, bool with_usage);

// What a whole answer or one piece of a stream says.
struct ChatOutput {
    std::string text;
    std::string model; // empty where not told
    std::optional<TokenUsage> usage;
};

// Nothing where the text is not such an answer, or reports an error.
std::optional<ChatOutput> parse_completion(std::string_view json);
std::optional<ChatOutput> parse_chunk(std::string_view json);

// The `code` or `type` of an error answer for the log, only where it is a short plain word; else empty.
std::string error_word(std::string_view json);

} // namespace xentree::openai
