#pragma once
#include <optional>
#include <string>
#include <vector>

#include "ai/chat_provider.h"

namespace xentree::extractive {

// Bytes of the conversation that are looked through, the newest first.
inline constexpr std::size_t text_limit = 1024 * 1024;

// The answer to the last turn, made of sentences of the conversation: each quoted exactly on a line that
// begins with
// "> " and followed by the message it stands in, numbered from 1. In pieces, a quote each. Any thread.
std::vector<std::string> compose_answer(const std::vector<ChatMessage>& turns,
                                        const std::optional<std::string>& language);

} // namespace xentree::extractive
