#include "ai/extractive/question.h"

#include <algorithm>

namespace xentree::extractive {
namespace {

constexpr std::size_t short_message = 240; // bytes

std::size_t find_question(const std::vector<std::string_view>& sentences) {
    const std::size_t last = sentences.size() - 1;
    if (is_question(sentences[last]))
        return last;
    if (is_question(sentences.front()))
        return 0;
    const auto asking = std::find_if(sentences.rbegin(), sentences.rend(), is_question);
    if (asking != sentences.rend())
        return last - static_cast<std::size_t>(asking - sentences.rbegin());
    return sentences.front().ends_with(':') ? 0 : last;
}

} // namespace

SplitMessage split_message(std::string_view message, SentenceSplitter& splitter) {
    auto sentences = splitter.split(message);
    if (sentences.size() < 2 || (message.size() <= short_message && !is_question(sentences.back())))
        return {message, {}};
    const std::size_t end = find_question(sentences);
    std::size_t begin = end;
    while (begin > 0 && is_question(sentences[begin - 1]) && is_question(sentences[end]))
        --begin;
    const char* start = sentences[begin].data();
    const char* stop = sentences[end].data() + sentences[end].size();
    sentences.erase(sentences.begin() + static_cast<std::ptrdiff_t>(begin),
                    sentences.begin() + static_cast<std::ptrdiff_t>(end) + 1);
    return {{start, static_cast<std::size_t>(stop - start)}, std::move(sentences)};
}

} // namespace xentree::extractive
