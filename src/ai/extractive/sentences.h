#pragma once
#include <unicode/brkiter.h>

#include <memory>
#include <string_view>
#include <vector>

namespace xentree::extractive {

// Cuts UTF-8 text into sentences (Unicode Standard Annex 29; a line break ends one too). One thread at a
// time.
class SentenceSplitter {
  public:
    // Bytes of a sentence; a longer one is cut between words, a longer word between characters.
    static constexpr std::size_t sentence_limit = 600;

    SentenceSplitter();

    // Without the white space around them, and none without a letter or digit. They look into `text`.
    std::vector<std::string_view> split(std::string_view text);

  private:
    std::unique_ptr<icu::BreakIterator> sentences_;
    std::unique_ptr<icu::BreakIterator> words_;
};

// Whether it ends in a question mark, of any script that has one.
bool is_question(std::string_view sentence);

} // namespace xentree::extractive
