#include "ai/extractive/query.h"

#include <vector>

#include "ai/extractive/stop_words.h"
#include "base/text.h"

namespace xentree::extractive {

Query::Query(std::string_view question, const std::optional<std::string>& language) {
    std::vector<std::string> words;
    WordReader().read(question, [&](std::string_view word) { words.emplace_back(word); });
    const std::string tongue =
        language ? ascii_lower(language->substr(0, language->find('-'))) : guess_language(words);
    stemmer_.emplace(tongue);
    for (const std::string& word : words) {
        if (terms_.size() == term_limit)
            break;
        if (!is_stop_word(tongue, word))
            terms_.try_emplace(stemmer_->stem(word), terms_.size());
    }
}

std::optional<std::size_t> Query::find(std::string_view word) {
    if (const auto known = forms_.find(word); known != forms_.end())
        return known->second;
    const auto term = terms_.find(stemmer_->stem(word));
    const auto number = term == terms_.end() ? std::nullopt : std::optional(term->second);
    forms_.emplace(word, number);
    return number;
}

} // namespace xentree::extractive
