#include "ai/extractive/sentences.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <array>
#include <stdexcept>

#include "ai/extractive/boundaries.h"
#include "base/text.h"

namespace xentree::extractive {
namespace {

bool has_letter_or_digit(std::string_view text) {
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t i = 0; i < size;) {
        UChar32 character = 0;
        U8_NEXT(text.data(), i, size, character);
        if (character >= 0 && u_isalnum(character))
            return true;
    }
    return false;
}

} // namespace

SentenceSplitter::SentenceSplitter() {
    UErrorCode status = U_ZERO_ERROR;
    // With the suppressions of CLDR, "Mr. Hill" is no end of a sentence.
    sentences_.reset(icu::BreakIterator::createSentenceInstance(icu::Locale("en@ss=standard"), status));
    words_.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status))
        throw std::runtime_error("ICU has no rules for sentences and words.");
}

std::vector<std::string_view> SentenceSplitter::split(std::string_view text) {
    std::vector<std::string_view> sentences;
    const auto add = [&](std::string_view sentence) {
        sentence = trim(sentence);
        if (has_letter_or_digit(sentence))
            sentences.push_back(sentence);
    };
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    look_at(*sentences_, text);
    bool words_look = false;
    std::size_t start = 0;
    for (auto end = sentences_->next(); end != icu::BreakIterator::DONE; end = sentences_->next()) {
        const auto stop = static_cast<std::size_t>(end);
        while (stop - start > sentence_limit) {
            if (!std::exchange(words_look, true))
                look_at(*words_, text);
            auto cut = words_->preceding(static_cast<std::int32_t>(start + sentence_limit + 1));
            if (cut <= static_cast<std::int32_t>(start)) { // one word
                cut = static_cast<std::int32_t>(start + sentence_limit);
                U8_SET_CP_START(bytes, 0, cut);
            }
            add(text.substr(start, static_cast<std::size_t>(cut) - start));
            start = static_cast<std::size_t>(cut);
        }
        add(text.substr(start, stop - start));
        start = stop;
    }
    return sentences;
}

bool is_question(std::string_view sentence) {
    constexpr std::array<std::string_view, 4> marks{"?", "？", "؟", "՞"};
    constexpr std::array<std::string_view, 7> closers{"\"", "'", ")", "”", "’", "»", "」"};
    for (const auto closer : closers)
        if (sentence.ends_with(closer))
            sentence.remove_suffix(closer.size());
    return std::any_of(marks.begin(), marks.end(), [&](auto mark) { return sentence.ends_with(mark); });
}

} // namespace xentree::extractive
