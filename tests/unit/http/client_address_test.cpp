#include "http/client_address.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace xentree {
namespace {

namespace ip = boost::asio::ip;

const std::string proxies = "10.0.0.0/8, 2001:db8:1::/48 192.0.2.7";

std::string client(const std::string& peer, std::string_view forwarded_for,
                   const std::string& trusted = proxies) {
    return client_address(ip::make_address(peer), forwarded_for, AddressRanges::parse(trusted));
}
bool holds(const std::string& ranges, const std::string& address) {
    return AddressRanges::parse(ranges).contains(ip::make_address(address));
}

TEST(Ranges, they_hold_what_lies_in_them_and_nothing_beside) {
    EXPECT_TRUE(holds("10.0.0.0/8", "10.255.255.255"));
    EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
    EXPECT_TRUE(holds("192.0.2.7", "192.0.2.7"));
    EXPECT_FALSE(holds("192.0.2.7", "192.0.2.8"));
    EXPECT_TRUE(holds("2001:db8::/32", "2001:db8:ffff::1"));
    EXPECT_FALSE(holds("2001:db8::/32", "2001:db9::"));
    EXPECT_FALSE(holds("", "10.0.0.1"));
}

TEST(Ranges, host_bits_of_a_range_do_not_matter) {
    EXPECT_TRUE(holds("10.1.2.3/8", "10.9.9.9"));
}

TEST(Ranges, the_whole_of_one_family_is_none_of_the_other) {
    EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.1"));
    EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(holds("::/0", "2001:db8::1"));
    EXPECT_FALSE(holds("::/0", "203.0.113.1"));
}

TEST(Ranges, an_ipv4_address_mapped_into_ipv6_counts_as_the_ipv4_one) {
    EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
    EXPECT_TRUE(holds("::ffff:192.0.2.7", "192.0.2.7"));
    EXPECT_FALSE(holds("::/0", "::ffff:10.1.2.3"));
}

TEST(Ranges, a_range_of_mapped_addresses_is_the_ipv4_one_or_refused) {
    try {
        EXPECT_TRUE(holds("::ffff:10.0.0.0/104", "10.1.2.3"));
    } catch (const std::runtime_error&) {
    }
}

TEST(Ranges, the_scope_of_a_link_local_address_does_not_take_it_out_of_its_range) {
    EXPECT_TRUE(holds("fe80::/10", "fe80::1%1"));
    EXPECT_TRUE(holds("fe80::1", "fe80::1%1"));
}

TEST(Ranges, what_is_none_is_named) {
    for (const char* bad : {"10.0.0.0/33", "10.0.0", "10.0.0.0/", "10.0.0.0/-1", "::/129", "localhost",
                            "10.0.0.1:80", "[::1]", "*"}) {
        try {
            AddressRanges::parse(std::string("192.0.2.1, ") + bad);
            ADD_FAILURE() << bad;
        } catch (const std::runtime_error& error) {
            EXPECT_NE(std::string(error.what()).find(bad), std::string::npos) << error.what();
        }
    }
}

TEST(ClientAddress, without_a_trusted_proxy_it_is_the_peer_whatever_is_told) {
    EXPECT_EQ(client("203.0.113.9", "198.51.100.1"), "203.0.113.9");
    EXPECT_EQ(client("10.0.0.1", "198.51.100.1", ""), "10.0.0.1");
    EXPECT_EQ(client("192.0.2.8", "198.51.100.1"), "192.0.2.8");
}

TEST(ClientAddress, behind_a_trusted_proxy_it_is_the_one_that_the_proxy_tells) {
    EXPECT_EQ(client("10.0.0.1", "198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(client("10.0.0.1", " 2001:db8:2::9\t"), "2001:db8:2::9");
    EXPECT_EQ(client("2001:db8:1::5", "198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(client("10.0.0.1", ""), "10.0.0.1");
}

TEST(ClientAddress, in_a_chain_it_is_the_last_that_is_no_trusted_proxy) {
    EXPECT_EQ(client("10.0.0.1", "198.51.100.1, 10.0.0.3,10.0.0.2"), "198.51.100.1");
    EXPECT_EQ(client("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3"); // a client inside
}

TEST(ClientAddress, what_the_client_itself_put_in_front_is_not_believed) {
    EXPECT_EQ(client("10.0.0.1", "127.0.0.1, 198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(client("10.0.0.1", "10.0.0.9, 198.51.100.1, 10.0.0.2"), "198.51.100.1");
}

TEST(ClientAddress, behind_what_cannot_be_read_nothing_is_believed) {
    for (const char* junk : {"unknown", "", "198.51.100.1:443", "[2001:db8::1]", "198.51.100.300", "_hidden",
                             "\xff", "198.51.100.1 198.51.100.2"}) {
        EXPECT_EQ(client("10.0.0.1", std::string("198.51.100.7, ") + junk), "10.0.0.1") << junk;
        EXPECT_EQ(client("10.0.0.1", std::string("198.51.100.7, ") + junk + ", 10.0.0.2"), "10.0.0.2")
            << junk;
    }
    EXPECT_EQ(client("10.0.0.1", ",,,,"), "10.0.0.1");
}

TEST(ClientAddress, an_address_has_one_spelling) {
    EXPECT_EQ(client("::ffff:203.0.113.9", ""), "203.0.113.9");
    EXPECT_EQ(client("10.0.0.1", "::ffff:198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(client("10.0.0.1", "2001:0DB8:0002:0000::0009"), "2001:db8:2::9");
    EXPECT_EQ(client("::ffff:10.0.0.1", "198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(client("fe80::1%1", ""), "fe80::1");
}

TEST(LimitedAddress, it_is_an_ipv4_address_or_the_64_bits_that_an_ipv6_subscriber_gets) {
    EXPECT_EQ(limited_address("203.0.113.9"), "203.0.113.9");
    EXPECT_EQ(limited_address("2001:db8:1:2:3:4:5:6"), limited_address("2001:db8:1:2::"));
    EXPECT_NE(limited_address("2001:db8:1:2::"), limited_address("2001:db8:1:3::"));
    EXPECT_NE(limited_address("2001:db8::"), limited_address("203.0.113.9"));
}

} // namespace
} // namespace xentree
