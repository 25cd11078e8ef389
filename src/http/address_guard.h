#pragma once
#include <boost/asio/ip/address.hpp>

#include "http/client_address.h"

namespace xentree {

// Which addresses a call may go to whose URL somebody else has chosen: those of the public internet, and what
// the operator allows besides. Refused is what IANA's registries of special-purpose addresses list (private,
// loopback, link-local, shared, documentation, benchmarking, multicast, reserved, ...), a cloud's own
// address, and each IPv6 form that carries such an IPv4 address: mapped, NAT64, 6to4, Teredo
// (https://www.iana.org/assignments/iana-ipv4-special-registry, .../iana-ipv6-special-registry). Any thread.
class AddressGuard {
  public:
    explicit AddressGuard(AddressRanges also_allowed) : also_allowed_(std::move(also_allowed)) {}
    bool allows(const boost::asio::ip::address& address) const;

  private:
    bool allows_v6(const boost::asio::ip::address_v6& address) const;

    AddressRanges also_allowed_;
};

} // namespace xentree
