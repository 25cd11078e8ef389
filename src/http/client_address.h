#pragma once
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace xentree {

// Addresses and ranges (CIDR), IPv4 and IPv6. An IPv4 address mapped into IPv6 counts as the IPv4 one.
class AddressRanges {
  public:
    // Items apart by commas or spaces. Throws std::runtime_error that names the item it cannot read.
    static AddressRanges parse(std::string_view list);
    bool contains(const boost::asio::ip::address& address) const;
    bool empty() const { return ranges_.empty(); }
    // Each once, in the order given: host bits cleared, a range of one address as the address.
    std::vector<std::string> texts() const;

  private:
    std::vector<std::variant<boost::asio::ip::network_v4, boost::asio::ip::network_v6>> ranges_;
};

// The client behind a connection: its peer, or, where the peer is a trusted proxy, the last address of
// X-Forwarded-For (all lines of it, joined by commas) that is no trusted proxy itself. Canonical text.
std::string client_address(const boost::asio::ip::address& peer, std::string_view forwarded_for,
                           const AddressRanges& trusted_proxies);

// What is counted as one address where requests are limited: an IPv4 address, or the /64 that an IPv6 address
// is in, since that is what one subscriber gets.
std::string limited_address(const std::string& address);

} // namespace xentree
