#include "ai/remote/wtf8.h"

#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace xentree::remote {
namespace {

constexpr std::string_view replacement = "\uFFFD";
constexpr std::size_t escape_size = 6;    // \uD83D
constexpr std::size_t surrogate_size = 3; // in WTF-8

std::optional<UChar32> surrogate_escape(std::string_view text) {
    if (text.size() < escape_size || !text.starts_with("\\u"))
        return std::nullopt;
    unsigned unit = 0;
    const char* end = text.data() + escape_size;
    const auto [stop, error] = std::from_chars(text.data() + 2, end, unit, 16);
    if (error != std::errc() || stop != end || !U_IS_SURROGATE(unit))
        return std::nullopt;
    return static_cast<UChar32>(unit);
}

std::optional<UChar32> surrogate(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (text.size() < surrogate_size || byte(0) != 0xED || byte(1) < 0xA0 || byte(1) > 0xBF ||
        (byte(2) & 0xC0) != 0x80)
        return std::nullopt;
    return 0xD000 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
}

void append_surrogate(std::string& text, UChar32 unit) {
    text += '\xED';
    text += static_cast<char>(0x80 | (unit >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (unit & 0x3F));
}

void append_character(std::string& text, UChar32 character) {
    char bytes[U8_MAX_LENGTH];
    std::int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, character);
    text.append(bytes, static_cast<std::size_t>(size));
}

bool is_pair(std::optional<UChar32> first, std::optional<UChar32> second) {
    return first && second && U16_IS_LEAD(*first) && U16_IS_TRAIL(*second);
}

} // namespace

std::string unescape_lone_surrogates(std::string_view json) {
    std::string text;
    text.reserve(json.size());
    while (!json.empty()) {
        const auto plain = std::min(json.find('\\'), json.size());
        text += json.substr(0, plain);
        json.remove_prefix(plain);
        std::size_t size = std::min<std::size_t>(2, json.size());
        const auto unit = surrogate_escape(json);
        if (unit && is_pair(unit, surrogate_escape(json.substr(escape_size)))) {
            size = 2 * escape_size;
        } else if (unit) {
            append_surrogate(text, *unit);
            json.remove_prefix(escape_size);
            continue;
        }
        text += json.substr(0, size);
        json.remove_prefix(size);
    }
    return text;
}

std::string Utf8Joiner::take(std::string_view piece) {
    const std::string whole = std::exchange(held_, {}).append(piece);
    const auto size = static_cast<std::int32_t>(whole.size());
    std::string text;
    for (std::int32_t i = 0; i < size;) {
        const auto rest = std::string_view(whole).substr(static_cast<std::size_t>(i));
        const auto half = surrogate(rest);
        const auto other = half ? surrogate(rest.substr(surrogate_size)) : std::nullopt;
        if (is_pair(half, other)) {
            append_character(text, U16_GET_SUPPLEMENTARY(*half, *other));
            i += 2 * surrogate_size;
        } else if (half && U16_IS_LEAD(*half) && rest.size() == surrogate_size) {
            held_ = rest;
            break;
        } else if (half) {
            text += replacement;
            i += surrogate_size;
        } else {
            const std::int32_t start = i;
            UChar32 character = 0;
            U8_NEXT(whole.data(), i, size, character);
            text += character < 0 ? replacement
                                  : std::string_view(whole).substr(static_cast<std::size_t>(start),
                                                                   static_cast<std::size_t>(i - start));
        }
    }
    return text;
}

std::string Utf8Joiner::finish() {
    return std::string(std::exchange(held_, {}).empty() ? std::string_view() : replacement);
}

} // namespace xentree::remote
