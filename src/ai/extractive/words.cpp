#include "ai/extractive/words.h"

#include <libstemmer.h>
#include <unicode/casemap.h>

#include <stdexcept>

namespace xentree::extractive {
namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Annex 29 keeps an elided article on its word: l'heure, dell'anno.
std::string_view without_elision(std::string_view word) {
    constexpr std::size_t longest_prefix = 4;
    constexpr std::size_t shortest_rest = 4;
    for (const std::string_view apostrophe : {"'", "’"}) {
        const auto at = word.find(apostrophe);
        if (at > longest_prefix) // or is not there at all
            continue;
        const auto rest = word.substr(at + apostrophe.size());
        return rest.size() >= shortest_rest ? rest : word;
    }
    return word;
}

} // namespace

WordReader::WordReader() {
    UErrorCode status = U_ZERO_ERROR;
    boundaries_.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status))
        throw std::runtime_error("ICU has no rules for words.");
}

std::string_view WordReader::fold(std::string_view word) {
    if (is_ascii(word)) {
        folded_ = word;
        for (char& c : folded_)
            if (c >= 'A' && c <= 'Z')
                c = static_cast<char>(c - 'A' + 'a');
        return without_elision(folded_);
    }
    folded_.resize(word.size() * 3);
    UErrorCode status = U_ZERO_ERROR;
    const auto size =
        icu::CaseMap::utf8Fold(U_FOLD_CASE_DEFAULT, word.data(), static_cast<std::int32_t>(word.size()),
                               folded_.data(), static_cast<std::int32_t>(folded_.size()), nullptr, status);
    if (U_FAILURE(status))
        folded_ = word;
    else
        folded_.resize(static_cast<std::size_t>(size));
    return without_elision(folded_);
}

Stemmer::Stemmer(const std::string& language) : stemmer_(sb_stemmer_new(language.c_str(), nullptr)) {
    if (!stemmer_)
        stemmer_.reset(sb_stemmer_new("en", nullptr));
    if (!stemmer_)
        throw std::bad_alloc();
}

void Stemmer::Delete::operator()(sb_stemmer* stemmer) const {
    sb_stemmer_delete(stemmer);
}

std::string Stemmer::stem(std::string_view word) {
    const auto* symbols = reinterpret_cast<const sb_symbol*>(word.data());
    const sb_symbol* stem = sb_stemmer_stem(stemmer_.get(), symbols, static_cast<int>(word.size()));
    if (!stem)
        throw std::bad_alloc();
    const auto size = static_cast<std::size_t>(sb_stemmer_length(stemmer_.get()));
    return {reinterpret_cast<const char*>(stem), size};
}

} // namespace xentree::extractive
