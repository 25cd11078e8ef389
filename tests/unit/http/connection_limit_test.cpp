#include "http/connection_limit.h"

#include <gtest/gtest.h>

namespace xentree {
namespace {

boost::asio::ip::address address(const char* text) {
    return boost::asio::ip::make_address(text);
}

TEST(ConnectionLimit, an_address_has_its_share_and_gets_it_back) {
    const AddressRanges nobody;
    ConnectionLimit limit({10, 2}, nobody);
    std::optional first = limit.admit(address("192.0.2.1"));
    const auto second = limit.admit(address("::ffff:192.0.2.1"));
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(limit.admit(address("192.0.2.1")));
    EXPECT_TRUE(limit.admit(address("192.0.2.2")));
    first.reset();
    EXPECT_TRUE(limit.admit(address("192.0.2.1")));
}

TEST(ConnectionLimit, the_addresses_of_one_ipv6_subscriber_share) {
    const AddressRanges nobody;
    ConnectionLimit limit({10, 1}, nobody);
    const auto held = limit.admit(address("2001:db8::1"));
    EXPECT_FALSE(limit.admit(address("2001:db8::2")));
    EXPECT_TRUE(limit.admit(address("2001:db8:0:1::2")));
}

TEST(ConnectionLimit, all_together_have_a_bound_and_proxies_only_that) {
    const AddressRanges proxies = AddressRanges::parse("127.0.0.1");
    ConnectionLimit limit({3, 1}, proxies);
    std::vector<ConnectionLimit::Place> held;
    for (int i = 0; i < 3; ++i)
        held.push_back(limit.admit(address("127.0.0.1")).value());
    EXPECT_FALSE(limit.admit(address("127.0.0.1")));
    EXPECT_FALSE(limit.admit(address("192.0.2.1")));
    held.pop_back();
    EXPECT_TRUE(limit.admit(address("192.0.2.1")));
}

TEST(ConnectionLimit, zero_is_no_limit_of_an_address) {
    const AddressRanges nobody;
    ConnectionLimit limit({3, 0}, nobody);
    std::vector<ConnectionLimit::Place> held;
    for (int i = 0; i < 3; ++i)
        held.push_back(limit.admit(address("192.0.2.1")).value());
    EXPECT_FALSE(limit.admit(address("192.0.2.1")));
}

} // namespace
} // namespace xentree
