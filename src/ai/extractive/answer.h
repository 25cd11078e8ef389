#pragma once
#include <string>
#include <vector>

#include "ai/chat_provider.h"

namespace xentree::extractive {

// Bytes of the conversation that are looked through, the newest first: Thai or Chinese, whose words ICU finds
// with a dictionary, takes a worker a second a mebibyte.
inline constexpr std::size_t text_limit = 128 * 1024;

// The answer to the last turn, made of sentences of the conversation: each quoted exactly on a line that
// begins with "> " and followed by the message it stands in, numbered from 1 as in the whole conversation. In
// pieces, a quote each. Any thread.
std::vector<std::string> compose_answer(const ChatPrompt& prompt);

} // namespace xentree::extractive
