#pragma once
#include <unicode/brkiter.h>

#include <memory>
#include <string>
#include <string_view>

#include "ai/extractive/boundaries.h"

struct sb_stemmer;

namespace xentree::extractive {

// Reads the words of UTF-8 text (Unicode Standard Annex 29) case folded. One thread at a time.
class WordReader {
  public:
    WordReader();

    // Calls f(std::string_view word) for each in order; the view holds for that call only.
    template<class F>
    void read(std::string_view text, F&& f) {
        look_at(*boundaries_, text);
        std::int32_t start = 0;
        for (auto end = boundaries_->next(); end != icu::BreakIterator::DONE; end = boundaries_->next()) {
            if (boundaries_->getRuleStatus() >= UBRK_WORD_NONE_LIMIT)
                f(fold(text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start))));
            start = end;
        }
    }

  private:
    std::string_view fold(std::string_view word);
    std::unique_ptr<icu::BreakIterator> boundaries_;
    std::string folded_;
};

// Cuts a folded word to its stem (Snowball, https://snowballstem.org). One thread at a time.
class Stemmer {
  public:
    // A two-letter code of ISO 639-1; a language without a stemmer is taken for English.
    explicit Stemmer(const std::string& language);
    std::string stem(std::string_view word);

  private:
    struct Delete {
        void operator()(sb_stemmer* stemmer) const;
    };
    std::unique_ptr<sb_stemmer, Delete> stemmer_;
};

} // namespace xentree::extractive
