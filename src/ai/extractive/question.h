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

// A message of one sentence, or a short one that does not end in a question, is all question. Any other is a
// text that was pasted, with a question at its end or, of a long one, at its beginning; where no sentence of
// a long one asks, an introduction that ends in a colon or else the last sentence counts as the question.
SplitMessage split_message(std::string_view message, SentenceSplitter& splitter);

} // namespace xentree::extractive
