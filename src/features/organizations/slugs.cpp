#include "features/organizations/slugs.h"

#include <fmt/format.h>

#include "base/text.h"
#include "features/organizations/store.h"

namespace xentree {

namespace store = organizations_store;

namespace {

constexpr std::size_t shortest = 3;
constexpr std::size_t longest = 60;

// What joins letters in a word instead of parting words.
bool is_quote(char letter) {
    return letter == '\'' || letter == '"' || letter == '`';
}

std::string cut(std::string_view slug, std::size_t length) {
    std::string shorter(slug.substr(0, length));
    while (shorter.ends_with('-'))
        shorter.pop_back();
    return shorter;
}

std::string numbered(std::string_view base, std::int64_t number) {
    const std::string end = fmt::format("-{}", number);
    return cut(base, longest - end.size()) + end;
}

} // namespace

std::string slug_of(std::string_view name) {
    std::string slug;
    for (const char letter : to_ascii_lower(name)) {
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
        if (plain)
            slug += letter;
        else if (!is_quote(letter) && !slug.empty() && slug.back() != '-')
            slug += '-';
    }
    slug = cut(slug, longest);
    return slug.empty() ? "organization" : slug;
}

std::string free_slug(Reader& db, std::string_view base) {
    const auto is_taken = [&](std::int64_t number) {
        return store::find_by_slug(db, numbered(base, number)).has_value();
    };
    if (base.size() >= shortest && !store::find_by_slug(db, base))
        return std::string(base);
    std::int64_t taken = 0, free = 1;
    for (; is_taken(free); free *= 2)
        taken = free;
    while (free - taken > 1) {
        const std::int64_t middle = taken + (free - taken) / 2;
        (is_taken(middle) ? taken : free) = middle;
    }
    return numbered(base, free);
}

} // namespace xentree
