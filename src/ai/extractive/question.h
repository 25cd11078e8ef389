#pragma once
#include <string_view>
#include <vector>

#include "ai/extractive/sentences.h"

namespace xentree::extractive {

// A message taken apart. Both look into the message.
struct SplitMessage {
    std::string_view question;
    std::vector<std::string_view> pasted; // sentences to look for the answer in
};

// A short message is all question. A long one is a text that was pasted, with a question at its end or
// beginning; where no sentence asks, an introduction that ends in a colon or else the last sentence counts as
// the question.
SplitMessage split_message(std::string_view message, SentenceSplitter& splitter);

} // namespace xentree::extractive
