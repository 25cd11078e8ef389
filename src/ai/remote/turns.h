#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "ai/chat_provider.h"

namespace xentree::remote {

// Many chat templates and protocols refuse two turns of one role in a row, which failed turns leave, a blank
// one, and an answer that nobody asked for: turns of one role are joined, the others left out. System turns
// stay as they are. The last turn, the one to answer, is always kept.
std::vector<ChatMessage> alternating(const std::vector<ChatMessage>& turns);

// What asks for an answer in a language, a BCP 47 tag.
std::string language_instruction(std::string_view language);

// A prompt for a protocol that takes instructions apart from the turns.
struct InstructedTurns {
    std::string instruction;        // the language's and the system turns', may be empty
    std::vector<ChatMessage> turns; // alternating, of user and assistant, a user's first
};
InstructedTurns instructed_turns(const ChatPrompt& prompt);

} // namespace xentree::remote
