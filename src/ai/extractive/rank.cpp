#include "ai/extractive/rank.h"

#include <cmath>
#include <functional>
#include <unordered_set>

#include "ai/extractive/query.h"
#include "ai/extractive/sentences.h"

namespace xentree::extractive {
namespace {

// The usual values for BM25; sentences differ less in length than documents, hence the smaller b.
constexpr double k1 = 1.2;
constexpr double b = 0.4;
constexpr double least_coverage = 0.34;
// From here on a question is taken for the one that is asked, and what follows it for its answer.
constexpr double same_question = 0.6;
constexpr double passed_on = 0.9;

struct Hit {
    std::size_t term;
    std::size_t position;
};

struct Reading {
    std::size_t words = 0;
    std::size_t first_hit = 0; // in the hits of all sentences
    std::size_t hits = 0;
    std::size_t fingerprint = 0; // of the case-folded words
};

struct Readings {
    std::vector<Reading> sentences;
    std::vector<Hit> hits;

    std::span<const Hit> hits_of(const Reading& sentence) const {
        return std::span(hits).subspan(sentence.first_hit, sentence.hits);
    }
};

std::size_t mix(std::size_t seed, std::size_t value) {
    return seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2));
}

Readings read_all(std::span<const std::string_view> sentences, Query& query) {
    Readings all;
    all.sentences.reserve(sentences.size());
    WordReader reader;
    for (const auto sentence : sentences) {
        Reading reading{.first_hit = all.hits.size()};
        reader.read(sentence, [&](std::string_view word) {
            reading.fingerprint = mix(reading.fingerprint, std::hash<std::string_view>{}(word));
            if (const auto term = query.find(word))
                all.hits.push_back({*term, reading.words});
            ++reading.words;
        });
        reading.hits = all.hits.size() - reading.first_hit;
        all.sentences.push_back(reading);
    }
    return all;
}

// One weight a term. A term that no sentence has weighs as much as one of a single sentence: many are words
// of asking, not of the matter.
std::vector<double> term_weights(const Readings& all, std::size_t terms) {
    std::vector<std::size_t> containing(terms);
    std::vector<std::size_t> last(terms, all.sentences.size());
    for (std::size_t i = 0; i < all.sentences.size(); ++i)
        for (const Hit& hit : all.hits_of(all.sentences[i]))
            if (std::exchange(last[hit.term], i) != i)
                ++containing[hit.term];
    const double count = static_cast<double>(all.sentences.size());
    std::vector<double> weights;
    for (const std::size_t with : containing) {
        const double have = static_cast<double>(std::max<std::size_t>(with, 1));
        weights.push_back(std::log(1 + (count - have + 0.5) / (have + 0.5)));
    }
    return weights;
}

// Of all different terms in the hits, how close together they stand: 1 side by side, towards 0 far apart.
double closeness(std::span<const Hit> hits, std::size_t different, std::size_t terms) {
    if (different < 2)
        return 0;
    std::vector<std::size_t> inside(terms);
    std::size_t have = 0;
    std::size_t first = 0;
    std::size_t shortest = hits.back().position - hits.front().position + 1;
    for (const Hit& hit : hits) {
        if (inside[hit.term]++ == 0)
            ++have;
        for (; have == different; ++first) {
            shortest = std::min(shortest, hit.position - hits[first].position + 1);
            if (--inside[hits[first].term] == 0)
                --have;
        }
    }
    return static_cast<double>(different) / static_cast<double>(shortest);
}

struct Score {
    double value = 0;
    double coverage = 0;
};

class Scorer {
  public:
    Scorer(const Readings& all, std::size_t terms) : all_(all), weights_(term_weights(all, terms)) {
        for (const double weight : weights_)
            whole_ += weight;
        std::size_t words = 0;
        for (const Reading& sentence : all.sentences)
            words += sentence.words;
        mean_words_ = static_cast<double>(words) / static_cast<double>(all.sentences.size());
    }

    Score operator()(const Reading& sentence) const {
        const auto hits = all_.hits_of(sentence);
        if (hits.empty())
            return {};
        std::vector<std::size_t> frequency(weights_.size());
        for (const Hit& hit : hits)
            ++frequency[hit.term];
        const double length = 1 - b + b * static_cast<double>(sentence.words) / mean_words_;
        double bm25 = 0;
        double covered = 0;
        std::size_t different = 0;
        for (std::size_t term = 0; term < frequency.size(); ++term) {
            if (frequency[term] == 0)
                continue;
            const double count = static_cast<double>(frequency[term]);
            bm25 += weights_[term] * count * (k1 + 1) / (count + k1 * length);
            covered += weights_[term];
            ++different;
        }
        const double coverage = covered / whole_;
        const double close = closeness(hits, different, weights_.size());
        return {bm25 * (0.5 + 0.5 * coverage) * (1 + 0.25 * close), coverage};
    }

  private:
    const Readings& all_;
    std::vector<double> weights_;
    double whole_ = 0;
    double mean_words_ = 0;
};

std::size_t fingerprint(std::string_view text) {
    std::size_t seed = 0;
    WordReader().read(text,
                      [&](std::string_view word) { seed = mix(seed, std::hash<std::string_view>{}(word)); });
    return seed;
}

} // namespace

std::vector<RankedSentence> rank_sentences(std::string_view question,
                                           std::span<const std::string_view> sentences,
                                           const std::optional<std::string>& language) {
    Query query(question, language);
    if (query.size() == 0 || sentences.empty())
        return {};
    const Readings all = read_all(sentences, query);
    const Scorer score(all, query.size());

    std::vector<RankedSentence> ranked;
    Score inherited;
    const auto asked = fingerprint(question);
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        Score own = score(all.sentences[i]);
        const bool asks = all.sentences[i].fingerprint == asked || is_question(sentences[i]);
        const Score before = std::exchange(inherited, asks && own.coverage >= same_question ? own : Score());
        if (asks)
            continue;
        own = {std::max(own.value, before.value * passed_on),
               std::max(own.coverage, before.coverage * passed_on)};
        if (own.coverage >= least_coverage)
            ranked.push_back({i, own.value, own.coverage});
    }
    // Of equal ones the later first: it may correct the earlier.
    std::sort(ranked.begin(), ranked.end(), [](const RankedSentence& left, const RankedSentence& right) {
        return left.score != right.score ? left.score > right.score : left.index > right.index;
    });
    std::unordered_set<std::size_t> said;
    std::erase_if(ranked, [&](const RankedSentence& each) {
        return !said.insert(all.sentences[each.index].fingerprint).second;
    });
    return ranked;
}

} // namespace xentree::extractive
