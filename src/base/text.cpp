#include "base/text.h"

#include <sodium.h>
#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace xentree {

namespace {

// The code point that begins at `place`, which it moves past it; negative where the bytes are no UTF-8.
UChar32 next_code_point(std::string_view text, std::int32_t& place) {
    UChar32 code_point;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    U8_NEXT(bytes, place, static_cast<std::int32_t>(text.size()), code_point);
    return code_point;
}

icu::UnicodeString to_unicode(std::string_view text) {
    return icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

std::unique_ptr<icu::Transliterator> make_ascii_transliterator() {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made(
        icu::Transliterator::createInstance("NFKC; Any-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, status));
    if (U_FAILURE(status))
        throw std::runtime_error("ICU has no rules for transliteration.");
    return made;
}

bool is_control(UChar32 code_point) {
    return (code_point >= 0 && code_point < 0x20) || (code_point >= 0x7f && code_point < 0xa0);
}

} // namespace

bool is_utf8(std::string_view text) {
    for (std::int32_t place = 0; place < static_cast<std::int32_t>(text.size());) {
        if (next_code_point(text, place) < 0)
            return false;
    }
    return true;
}

std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (const char byte : text)
        count += (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
    return count;
}

std::string_view first_code_points(std::string_view text, std::size_t limit) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
        if (begins && count++ == limit)
            return text.substr(0, i);
    }
    return text;
}

std::string_view trim(std::string_view text) {
    std::int32_t place = 0;
    const auto size = static_cast<std::int32_t>(text.size());
    while (place < size) {
        std::int32_t next = place;
        const UChar32 code_point = next_code_point(text, next);
        if (code_point < 0 || !u_isUWhiteSpace(code_point))
            break;
        place = next;
    }
    text.remove_prefix(static_cast<std::size_t>(place));
    while (!text.empty()) {
        auto begin = static_cast<std::int32_t>(text.size());
        UChar32 code_point;
        U8_PREV(reinterpret_cast<const std::uint8_t*>(text.data()), 0, begin, code_point);
        if (code_point < 0 || !u_isUWhiteSpace(code_point))
            break;
        text = text.substr(0, static_cast<std::size_t>(begin));
    }
    return text;
}

bool has_control_character(std::string_view text) {
    for (std::int32_t place = 0; place < static_cast<std::int32_t>(text.size());) {
        if (is_control(next_code_point(text, place)))
            return true;
    }
    return false;
}

std::string without_control_characters(std::string_view text) {
    std::string clean;
    for (std::int32_t place = 0; place < static_cast<std::int32_t>(text.size());) {
        const std::int32_t begin = place;
        const UChar32 code_point = next_code_point(text, place);
        if (is_control(code_point))
            clean += ' ';
        else
            clean.append(
                text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(place - begin)));
    }
    return clean;
}

std::string ascii_lower(std::string_view text) {
    std::string lower(text);
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'Z')
            letter = static_cast<char>(letter - 'A' + 'a');
    }
    return lower;
}

std::string fold_case(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* const folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
    if (U_FAILURE(status))
        throw std::runtime_error("ICU has no rules for case folding.");
    std::string folded;
    folding->normalize(to_unicode(text), status).toUTF8String(folded);
    return folded;
}

std::string to_ascii_lower(std::string_view text) {
    const auto is_ascii = [](char letter) { return static_cast<unsigned char>(letter) < 0x80; };
    if (std::all_of(text.begin(), text.end(), is_ascii))
        return ascii_lower(text);
    static const auto transliterator = make_ascii_transliterator();
    auto letters = to_unicode(text);
    transliterator->transliterate(letters);
    std::string lower;
    letters.toUTF8String(lower);
    return lower;
}

std::string encode_base64url(std::span<const std::uint8_t> bytes) {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back(); // its terminating zero
    return text;
}

std::optional<std::string> decode_base64url(std::string_view text) {
    // libsodium takes bytes outside ASCII for digits.
    if (std::any_of(text.begin(), text.end(),
                    [](char letter) { return static_cast<unsigned char>(letter) >= 0x80; }))
        return std::nullopt;
    std::string bytes(text.size() / 4 * 3 + 3, '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    const int result =
        sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), nullptr, &size, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    if (result != 0 || end != text.data() + text.size())
        return std::nullopt;
    bytes.resize(size);
    return bytes;
}

} // namespace xentree
