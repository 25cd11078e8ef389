#include "http/address_guard.h"

#include <gtest/gtest.h>

namespace xentree {
namespace {

bool allows(const char* address, std::string_view also = "") {
    return AddressGuard(AddressRanges::parse(also)).allows(boost::asio::ip::make_address(address));
}

TEST(AddressGuards, the_public_internet_is_allowed) {
    for (const char* address :
         {"1.1.1.1",     "8.8.8.8",         "9.255.255.255",   "11.0.0.0",          "100.63.255.255",
          "100.128.0.0", "126.255.255.255", "128.0.0.0",       "169.253.255.255",   "172.15.255.255",
          "172.32.0.0",  "192.0.1.0",       "192.167.255.255", "192.169.0.0",       "198.17.255.255",
          "198.20.0.0",  "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888"})
        EXPECT_TRUE(allows(address)) << address;
}

TEST(AddressGuards, what_is_not_public_is_refused) {
    for (const char* address :
         {"0.0.0.0",         "0.1.2.3",         "10.0.0.1",       "10.255.255.255",  "100.64.0.1",
          "100.100.100.200", "100.127.255.255", "127.0.0.1",      "127.255.255.255", "169.254.169.254",
          "172.16.0.1",      "172.31.255.255",  "192.0.0.192",    "192.0.2.1",       "192.88.99.1",
          "192.168.0.1",     "198.18.0.1",      "198.19.255.255", "198.51.100.1",    "203.0.113.1",
          "224.0.0.1",       "239.255.255.255", "240.0.0.1",      "255.255.255.255", "168.63.129.16"})
        EXPECT_FALSE(allows(address)) << address;
}

TEST(AddressGuards, of_ipv6_only_global_unicast_is_allowed) {
    for (const char* address : {"::", "::1", "100::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%1",
                                "fec0::1", "ff02::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
                                "3fff::1", "5f00::1", "4000::1", "64:ff9b:1::7f00:1", "64:ff9b:1::808:808"})
        EXPECT_FALSE(allows(address)) << address;
}

TEST(AddressGuards, an_ipv6_address_is_no_better_than_the_ipv4_address_in_it) {
    for (const char* address : {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
                                "::127.0.0.1", "::8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
                                "64:ff9b::a00:1", "2002:7f00:1::1", "2002:c0a8:1::1", "2002:a9fe:a9fe::1",
                                // Teredo: a private server; a public server and a private client, 10.0.0.1
                                "2001:0:a00:1:0:0:f7f7:f7f7", "2001:0:808:808:0:0:f5ff:fffe"})
        EXPECT_FALSE(allows(address)) << address;
    for (const char* address :
         {"::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2001:0:808:808:0:0:f7f7:f7f7"})
        EXPECT_TRUE(allows(address)) << address;
}

TEST(AddressGuards, what_the_operator_allows_is_allowed_and_no_more) {
    EXPECT_TRUE(allows("10.1.2.3", "10.1.0.0/16, fd00:1::/32"));
    EXPECT_TRUE(allows("::ffff:10.1.2.3", "10.1.0.0/16, fd00:1::/32"));
    EXPECT_TRUE(allows("64:ff9b::a01:203", "10.1.0.0/16, fd00:1::/32"));
    EXPECT_TRUE(allows("fd00:1::5", "10.1.0.0/16, fd00:1::/32"));
    EXPECT_FALSE(allows("10.2.0.1", "10.1.0.0/16, fd00:1::/32"));
    EXPECT_FALSE(allows("fd00:2::5", "10.1.0.0/16, fd00:1::/32"));
}

} // namespace
} // namespace xentree
