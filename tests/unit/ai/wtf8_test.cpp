#include "ai/remote/wtf8.h"

#include <gtest/gtest.h>

namespace xentree::remote {
namespace {

constexpr const char* lead = "\xED\xA0\xBD";  // of U+1F600
constexpr const char* trail = "\xED\xB8\x80"; // of U+1F600

TEST(Wtf8, only_escapes_of_lone_surrogates_are_taken_out) {
    for (const char* text : {"", "\\", "\\u", "\\ud83", "\\ud83x", "\\u00e4", "\\\\ud83d",
                             "\\\"\\\\\\ud83d\\ude00", "\\uD83D\\uDE00", "\\u-83d", "plain \xFF 😀"})
        EXPECT_EQ(unescape_lone_surrogates(text), text);
    EXPECT_EQ(unescape_lone_surrogates("a\\ud83db"), std::string("a") + lead + "b");
    EXPECT_EQ(unescape_lone_surrogates("\\uDE00\\uD83D"), std::string(trail) + lead);
    EXPECT_EQ(unescape_lone_surrogates("\\ud83d\\ud83d\\ude00"), std::string(lead) + "\\ud83d\\ude00");
    EXPECT_EQ(unescape_lone_surrogates("\\\\\\ud83d"), std::string("\\\\") + lead);
}

TEST(Wtf8, halves_are_joined_across_pieces) {
    Utf8Joiner joiner;
    EXPECT_EQ(joiner.take(std::string("a") + lead), "a");
    EXPECT_EQ(joiner.take(""), "");
    EXPECT_EQ(joiner.take(std::string(trail) + "b"), "😀b");
    EXPECT_EQ(joiner.finish(), "");
    EXPECT_EQ(Utf8Joiner().take(std::string(lead) + trail), "😀");
}

TEST(Wtf8, what_is_no_character_is_replaced) {
    Utf8Joiner joiner;
    EXPECT_EQ(joiner.take(std::string(trail) + lead + lead), "\uFFFD\uFFFD");
    EXPECT_EQ(joiner.take("ö"), "\uFFFDö");
    EXPECT_EQ(joiner.take("\xC0\x80 \xE2\x82 \xFF"), "\uFFFD\uFFFD \uFFFD \uFFFD");
    EXPECT_EQ(joiner.take(lead), "");
    EXPECT_EQ(joiner.finish(), "\uFFFD");
    EXPECT_EQ(joiner.finish(), "");
}

} // namespace
} // namespace xentree::remote
