#include "ai/remote/turns.h"

#include <fmt/format.h>

#include "base/text.h"

namespace xentree::remote {
namespace {

constexpr std::string_view gap = "\n\n";

void append(std::string& text, std::string_view more) {
    if (!text.empty())
        text += gap;
    text += more;
}

} // namespace

std::vector<ChatMessage> alternating(const std::vector<ChatMessage>& turns) {
    std::vector<ChatMessage> joined;
    bool is_asked = false;
    for (const ChatMessage& turn : turns) {
        const bool is_blank = trim(turn.content).empty() && &turn != &turns.back();
        is_asked = is_asked || (turn.role == ChatRole::user && !is_blank);
        if (is_blank || (turn.role == ChatRole::assistant && !is_asked))
            continue;
        if (turn.role != ChatRole::system && !joined.empty() && joined.back().role == turn.role)
            append(joined.back().content, turn.content);
        else
            joined.push_back(turn);
    }
    return joined;
}

std::string language_instruction(std::string_view language) {
    return fmt::format("Answer in the language that the BCP 47 tag \"{}\" names.", language);
}

InstructedTurns instructed_turns(const ChatPrompt& prompt) {
    InstructedTurns parts;
    if (prompt.language)
        parts.instruction = language_instruction(*prompt.language);
    for (const ChatMessage& turn : prompt.turns) {
        if (turn.role != ChatRole::system)
            parts.turns.push_back(turn);
        else if (!trim(turn.content).empty())
            append(parts.instruction, turn.content);
    }
    parts.turns = alternating(parts.turns);
    return parts;
}

} // namespace xentree::remote
