#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xentree::extractive {

struct RankedSentence {
    std::size_t index; // in the sentences given
    double score;      // greater is better; comparable within one ranking
    double coverage;   // share of the question's weight that it speaks of, 0 to 1
    bool operator==(const RankedSentence&) const = default;
};

// The sentences that speak of what the question asks, best first: BM25 (Robertson and Zaragoza, 2009) over
// stemmed words, raised where the words stand close together and cover much of the question. None that says
// the same as one before it or as the question, and none that is a question itself; such a one speaks for the
// sentence after it. `language` is the question's, a BCP 47 tag; absent, it is guessed. Takes time linear in
// the text; any thread.
std::vector<RankedSentence> rank_sentences(std::string_view question,
                                           std::span<const std::string_view> sentences,
                                           const std::optional<std::string>& language);

} // namespace xentree::extractive
