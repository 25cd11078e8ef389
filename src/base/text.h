#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace xentree {

// Well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text);
// Unicode code points of well-formed UTF-8.
std::size_t count_code_points(std::string_view text);
// The first `limit` code points.
std::string_view first_code_points(std::string_view text, std::size_t limit);
// Without Unicode white space (White_Space=yes) at either end.
std::string_view trim(std::string_view text);
// Whether a character of the general category Cc is in it.
bool has_control_character(std::string_view text);
// With a space in the place of each.
std::string without_control_characters(std::string_view text);
// A-Z to a-z, all else untouched.
std::string ascii_lower(std::string_view text);
// The same text for all spellings that differ in case or compatibility form only (Unicode's NFKC_Casefold).
std::string fold_case(std::string_view text);
// In the letters a-z, the digits and what else of ASCII there is, as far as the text can be said so (CLDR's
// transliterations): Москва is moskva, ｱｷｺ is akiko. What cannot, an emoji, stays as it is. The first text of
// a script costs up to 0.1 s, any later one about a millisecond.
std::string to_ascii_lower(std::string_view text);

// base64url without padding (RFC 4648, section 5). Decoding refuses padding, other characters and stray bits.
std::string encode_base64url(std::span<const std::uint8_t> bytes);
std::optional<std::string> decode_base64url(std::string_view text);

} // namespace xentree
