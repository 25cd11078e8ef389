#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace xentree::extractive {

// Whether a case-folded word says nothing of what a text is about. Known are the function words of English,
// German, French, Spanish, Italian, Portuguese, Dutch and Russian (ISO 639-1 codes); other languages have
// none.
bool is_stop_word(std::string_view language, std::string_view word);

// The language of those whose function words are most frequent among these; English where none is.
std::string guess_language(const std::vector<std::string>& words);

} // namespace xentree::extractive
