#include "base/text.h"

#include <gtest/gtest.h>

namespace xentree {
namespace {

using namespace std::string_literals;

std::string encoded(std::string_view text) {
    return encode_base64url({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST(Utf8, well_formed_text_of_every_length_is_taken) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("a\u00e9\u20ac\U0001f600"));
    EXPECT_TRUE(is_utf8("\xf4\x8f\xbf\xbf")); // U+10FFFF
    EXPECT_TRUE(is_utf8("\0"s));
}

TEST(Utf8, overlong_forms_surrogates_and_what_is_past_unicode_are_refused) {
    for (const char* bad : {"\xc0\x80", "\xc1\xbf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", // overlong
                            "\xed\xa0\x80", "\xed\xbf\xbf",                             // surrogates
                            "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff"})
        EXPECT_FALSE(is_utf8(bad));
}

TEST(Utf8, cut_and_stray_bytes_are_refused_at_either_end) {
    for (const char* bad :
         {"\xc3", "\xe2\x82", "\xf0\x9f\x98", "\x80", "a\xbf", "\xc3\x28", "\xe2\x28\xa1", "ab\xc3"})
        EXPECT_FALSE(is_utf8(bad));
}

TEST(CodePoints, they_are_counted_not_the_bytes) {
    EXPECT_EQ(count_code_points(""), 0U);
    EXPECT_EQ(count_code_points("na\u00efve \U0001f600"), 7U);
}

TEST(CodePoints, the_first_ones_end_between_two) {
    const std::string text = "\u00e9\u20ac\U0001f600z";
    EXPECT_EQ(first_code_points(text, 0), "");
    EXPECT_EQ(first_code_points(text, 1), "\u00e9");
    EXPECT_EQ(first_code_points(text, 3), "\u00e9\u20ac\U0001f600");
    EXPECT_EQ(first_code_points(text, 4), text);
    EXPECT_EQ(first_code_points(text, 100), text);
}

TEST(Trim, unicode_white_space_goes_at_both_ends_and_stays_inside) {
    EXPECT_EQ(trim(" \t\r\n\v\f a b \n"), "a b");
    EXPECT_EQ(trim("\u00a0\u3000\u2003\u2028\u0085x\u00a0y\u1680\u202f\u205f"), "x\u00a0y");
    EXPECT_EQ(trim("\u3000 \u00a0"), "");
    EXPECT_EQ(trim(""), "");
}

TEST(Trim, what_only_looks_empty_is_no_white_space) {
    EXPECT_EQ(trim("\u200b"), "\u200b"); // zero width space
    EXPECT_EQ(trim("\ufeff"), "\ufeff"); // byte order mark
}

TEST(Trim, bytes_that_are_no_utf8_stay) {
    EXPECT_EQ(trim(" \xc3 "), "\xc3");
    EXPECT_EQ(trim(" \x80\xa0 "), "\x80\xa0");
}

TEST(ControlCharacters, all_of_the_category_cc_are_found) {
    for (int i = 0; i < 0xa0; ++i) {
        const bool is_control = i < 0x20 || (i >= 0x7f && i < 0xa0);
        const std::string letter =
            i < 0x80 ? std::string(1, static_cast<char>(i)) : std::string{'\xc2', static_cast<char>(i)};
        EXPECT_EQ(has_control_character("a" + letter + "b"), is_control) << i;
    }
    EXPECT_FALSE(has_control_character("\u00a0\u00e9\u2028\U0001f600")); // bytes from 0x80 to 0x9f are in it
}

TEST(AsciiLower, only_ascii_letters_change) {
    EXPECT_EQ(ascii_lower("AZaz09@[`{"), "azaz09@[`{");
    EXPECT_EQ(ascii_lower("\u00c4\u0130"), "\u00c4\u0130");
}

TEST(Base64Url, it_is_rfc_4648_section_5_without_padding) {
    EXPECT_EQ(encoded(""), "");
    EXPECT_EQ(encoded("f"), "Zg");
    EXPECT_EQ(encoded("fo"), "Zm8");
    EXPECT_EQ(encoded("foo"), "Zm9v");
    EXPECT_EQ(encoded("\xfb\xff\xfe"), "-__-");
}

TEST(Base64Url, what_is_written_is_read_again) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        EXPECT_EQ(decode_base64url(encoded(bytes)), bytes);
        bytes += static_cast<char>(i);
    }
}

TEST(Base64Url, each_value_has_one_spelling) {
    for (const char* bad :
         {"Zg==", "Zg=", "Zm8=", "Z", "Zh", "Zm9", "+//+", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v!"})
        EXPECT_FALSE(decode_base64url(bad)) << bad;
    EXPECT_FALSE(decode_base64url("Zm9v\0"s));
}

TEST(Base64Url, no_byte_outside_its_alphabet_is_read_wherever_it_stands) {
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::set<int> taken;
    for (int byte = 0; byte < 256; ++byte) {
        for (std::size_t place = 0; place < 4; ++place) {
            std::string text = "Zm9v";
            text[place] = static_cast<char>(byte);
            if (alphabet.find(text[place]) == std::string::npos && decode_base64url(text))
                taken.insert(byte);
        }
    }
    EXPECT_EQ(taken, std::set<int>());
}

TEST(Text, spellings_that_differ_in_case_or_form_only_fold_to_one) {
    EXPECT_EQ(fold_case("Straße ŻÓŁĆ"), fold_case("STRASSE żółć"));
    EXPECT_EQ(fold_case("Zo\u0301e"), fold_case("ZÓE")); // combining and composed
    EXPECT_EQ(fold_case("Ａｃｍｅ"), "acme");
    EXPECT_EQ(fold_case("ΣΊΣΥΦΟΣ"), fold_case("σίσυφος"));
    EXPECT_EQ(fold_case("a%_\\b"), "a%_\\b");
    EXPECT_EQ(fold_case(""), "");
    EXPECT_NE(fold_case("zolc"), fold_case("żółć"));
}

TEST(Text, other_scripts_are_said_in_ascii) {
    EXPECT_EQ(to_ascii_lower("Acme 42!"), "acme 42!");
    EXPECT_EQ(to_ascii_lower("Ærø"), "aero");
    EXPECT_EQ(to_ascii_lower("Москва"), "moskva");
    EXPECT_EQ(to_ascii_lower("ｱｷｺ"), "akiko");
    EXPECT_EQ(to_ascii_lower("\U0001f389"), "\U0001f389");
}

} // namespace
} // namespace xentree
