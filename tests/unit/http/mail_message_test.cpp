#include "http/mail/message.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace xentree {
namespace {

std::string header(const std::string& name, const MailAddress& from, const Mail& mail) {
    for (const std::string& line : mail_headers(from, mail))
        if (line.starts_with(name + ": "))
            return line.substr(name.size() + 2);
    return "(none)";
}

std::string subject(const std::string& text) {
    return header("Subject", {"", "a@example.org"}, {"1", "b@example.com", text, "", Instant()});
}

std::string from(const std::string& text) {
    return header("From", parse_mail_address(text), {"1", "b@example.com", "", "", Instant()});
}

TEST(MailMessage, a_plain_subject_stays_as_it_is) {
    EXPECT_EQ(subject("Reset your password"), "Reset your password");
}

TEST(MailMessage, a_subject_in_another_script_is_in_encoded_words) {
    EXPECT_EQ(subject("Lozinka: Đ"), "=?UTF-8?B?TG96aW5rYTogxJA=?=");
    EXPECT_EQ(subject("=?UTF-8?B?eA==?="), "=?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=");
}

TEST(MailMessage, a_long_subject_folds_between_characters) {
    std::string text = "x";
    for (int i = 0; i < 40; ++i)
        text += "Đ";
    // 1 + 22 x 2 bytes fill the first word.
    EXPECT_EQ(subject(text).find("?=\r\n =?UTF-8?B?"), std::string("=?UTF-8?B?").size() + 60);
    EXPECT_EQ(subject("Đ" + text).find("?=\r\n =?UTF-8?B?"), std::string("=?UTF-8?B?").size() + 60);
}

TEST(MailMessage, a_display_name_is_quoted_or_encoded) {
    EXPECT_EQ(from("noreply@example.org"), "noreply@example.org");
    EXPECT_EQ(from("Acme, Inc. <noreply@example.org>"), "\"Acme, Inc.\"\r\n <noreply@example.org>");
    EXPECT_EQ(from("\"Acme\" <noreply@example.org>"), "\"Acme\"\r\n <noreply@example.org>");
    EXPECT_EQ(from("A \"B\" <noreply@example.org>"), "\"A \\\"B\\\"\"\r\n <noreply@example.org>");
    EXPECT_EQ(from("Čaplja <noreply@example.org>"), "=?UTF-8?B?xIxhcGxqYQ==?=\r\n <noreply@example.org>");
}

TEST(MailMessage, only_a_dot_atom_is_an_address) {
    for (const char* text : {"a@example.org", "a.b+c@example.org", "a@localhost", "o'hara@x.example"})
        EXPECT_TRUE(is_mail_address(text)) << text;
    for (const char* text : {"", "a", "@example.org", "a@", "a b@example.org", "a@b@c", "\"a\"@example.org",
                             ".a@example.org", "a.@example.org", "a..b@example.org", "a@example.org\r\n",
                             "a@[127.0.0.1]", "đ@example.org", "<a@example.org>", "a@example.org,b@x.org"})
        EXPECT_FALSE(is_mail_address(text)) << text;
    EXPECT_FALSE(is_mail_address("a@" + std::string(253, 'b')));
}

TEST(MailMessage, a_recipient_that_html_allows_but_mail_does_not_is_quoted) {
    EXPECT_EQ(recipient_address("a.b+c@example.org"), "a.b+c@example.org");
    EXPECT_EQ(recipient_address("a..b@example.org"), "\"a..b\"@example.org");
    EXPECT_EQ(recipient_address(".a@example.org"), "\".a\"@example.org");
    EXPECT_EQ(recipient_address("a.@example.org"), "\"a.\"@example.org");
    for (const std::string text :
         {"", "a", "@example.org", "a@", "a b@example.org", "a@b@c", "a\"..b@example.org",
          "a\\..b@example.org", "a..b@example..org", "a..b@example.org\r\n", "<a..b@example.org>"})
        EXPECT_THROW(recipient_address(text), std::invalid_argument) << text;
    EXPECT_THROW(recipient_address("a..b@" + std::string(249, 'b')), std::invalid_argument);
}

TEST(MailMessage, every_line_ends_as_on_the_network) {
    EXPECT_EQ(with_network_line_ends("a\nb\r\n\nc"), "a\r\nb\r\n\r\nc");
}

} // namespace
} // namespace xentree
