#include "http/web_origin.h"

#include <gtest/gtest.h>

namespace xentree {
namespace {

std::string form(std::string_view text) {
    return canonical_origin(text).value_or("none");
}

TEST(WebOrigin, is_compared_in_lower_case_and_without_the_usual_port) {
    EXPECT_EQ(form("https://Partner.Example.COM"), "https://partner.example.com");
    EXPECT_EQ(form("https://partner.example.com:443"), "https://partner.example.com");
    EXPECT_EQ(form("https://partner.example.com:00443"), "https://partner.example.com");
    EXPECT_EQ(form("https://partner.example.com:80"), "https://partner.example.com:80");
    EXPECT_EQ(form("https://partner.example.com:8443"), "https://partner.example.com:8443");
    EXPECT_EQ(form("http://localhost:80"), "http://localhost");
    EXPECT_EQ(form("http://localhost:3000"), "http://localhost:3000");
    EXPECT_EQ(form("https://localhost"), "https://localhost");
    EXPECT_EQ(form("https://intranet"), "https://intranet");
}

TEST(WebOrigin, may_be_an_address) {
    EXPECT_EQ(form("https://192.0.2.1:8443"), "https://192.0.2.1:8443");
    EXPECT_EQ(form("https://[2001:DB8:0:0::1]:443"), "https://[2001:db8::1]");
    EXPECT_EQ(form("https://[::ffff:192.0.2.1]"), "https://[::ffff:192.0.2.1]");
    for (const char* text :
         {"https://[2001:db8::1", "https://[]", "https://[", "https://[1:2]", "https://[fe80::1%eth0]",
          "https://[192.0.2.1]", "https://[::1]x", "https://[::1].example", "https://2001:db8::1"})
        EXPECT_EQ(form(text), "none") << text;
}

TEST(WebOrigin, a_name_that_browsers_read_as_an_address_is_to_be_one) {
    for (const char* text : {"https://1.2.3", "https://256.1.1.1", "https://1", "https://example.0x7f",
                             "https://0x7f000001", "https://01.2.3.4"})
        EXPECT_EQ(form(text), "none") << text;
    EXPECT_EQ(form("https://1.2.3.4.example"), "https://1.2.3.4.example");
}

TEST(WebOrigin, has_no_more_than_scheme_host_and_port) {
    for (const char* text : {"",
                             "https://",
                             "partner.example.com",
                             "http://partner.example.com",
                             "HTTPS://partner.example.com",
                             "ftp://partner.example.com",
                             "wss://partner.example.com",
                             "null",
                             "*",
                             "https://*",
                             "https://*.example.com",
                             "https://partner.example.com/",
                             "https://partner.example.com/path",
                             "https://partner.example.com?",
                             "https://partner.example.com#x",
                             "https://user@partner.example.com",
                             "https://user:word@partner.example.com",
                             "https://partner.example.com:",
                             " https://a.example",
                             "https://a.example ",
                             "https://a.example\n",
                             "http://localhost.example.com",
                             "http://127.0.0.1",
                             "http://[::1]",
                             "https://a_b.example",
                             "https://b\xc3\xbc"
                             "cher.example"})
        EXPECT_EQ(form(text), "none") << text;
}

TEST(WebOrigin, has_a_real_port) {
    for (const char* text : {"https://a.example:0", "https://a.example:65536", "https://a.example:99999",
                             "https://a.example:-1", "https://a.example:+1", "https://a.example:1x",
                             "https://a.example:000443", "https://a.example:1:2"})
        EXPECT_EQ(form(text), "none") << text;
    EXPECT_EQ(form("https://a.example:65535"), "https://a.example:65535");
}

TEST(WebOrigin, has_a_real_name) {
    const std::string longest(63, 'a');
    EXPECT_EQ(form("https://" + longest + ".example"), "https://" + longest + ".example");
    EXPECT_EQ(form("https://a" + longest + ".example"), "none");
    const std::string name = longest + "." + longest + "." + longest + "." + longest.substr(2);
    EXPECT_EQ(name.size(), 253U);
    EXPECT_EQ(form("https://" + name), "https://" + name);
    EXPECT_EQ(form("https://a" + name), "none");
    for (const char* text : {"https://a..example", "https://.example", "https://example.", "https://.",
                             "https://-a.example", "https://a-.example", "https://a.-"})
        EXPECT_EQ(form(text), "none") << text;
    EXPECT_EQ(form("https://xn--bcher-kva.example"), "https://xn--bcher-kva.example");
}

} // namespace
} // namespace xentree
