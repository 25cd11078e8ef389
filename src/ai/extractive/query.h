#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ai/extractive/words.h"

namespace xentree::extractive {

// What a question asks about: its different stems, numbered from 0. One thread at a time.
class Query {
  public:
    static constexpr std::size_t term_limit = 64;

    // The language is a BCP 47 tag; absent, it is guessed.
    Query(std::string_view question, const std::optional<std::string>& language);

    std::size_t size() const { return terms_.size(); }
    // The number of the term that a case-folded word is a form of.
    std::optional<std::size_t> find(std::string_view word);

  private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    template<class Value>
    using Table = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

    std::optional<Stemmer> stemmer_;
    Table<std::size_t> terms_;
    Table<std::optional<std::size_t>> forms_; // of all words met: a text has few different ones
};

} // namespace xentree::extractive
