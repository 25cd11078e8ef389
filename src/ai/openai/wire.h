#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "ai/chat_provider.h"

// The JSON of OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat), which other
// model servers speak too.
namespace xentree::openai {

// Body of POST /chat/completions. Many chat templates refuse two turns of one role in a row, which failed
// turns leave, an empty one, and an answer that nobody asked for: turns of one role are joined, the others
// left out. With `with_usage` a stream is asked to end in the count of tokens, which some servers do not
// know.
std::string chat_request(const ChatPrompt& prompt, bool with_usage);

// What a whole answer or one piece of a stream says.
struct ChatOutput {
    std::string text;  // WTF-8, without NUL
    std::string model; // empty where not told
    std::optional<TokenUsage> usage;
    bool is_finished = false; // the answer's text ends here
};

// Nothing where the text is not such an answer, or reports an error.
std::optional<ChatOutput> parse_completion(std::string_view json);
std::optional<ChatOutput> parse_chunk(std::string_view json);

// The `code` or `type` of an error answer for the log, only where it is a short plain word; else empty.
std::string error_word(std::string_view json);

// Whether an error answer refuses the request for having this member.
bool refuses_member(std::string_view json, std::string_view member);

} // namespace xentree::openai
