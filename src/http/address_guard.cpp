#include "http/address_guard.h"

#include <algorithm>
#include <array>

namespace xentree {

namespace ip = boost::asio::ip;

namespace {

// 168.63.129.16 is public by number and belongs to Azure's host machine.
const AddressRanges& special_v4() {
    static const AddressRanges ranges = AddressRanges::parse(
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
        "192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 "
        "224.0.0.0/4 240.0.0.0/4 168.63.129.16");
    return ranges;
}

// Everything else that is public in IPv6 is in 2000::/3.
const AddressRanges& special_v6() {
    static const AddressRanges ranges = AddressRanges::parse("2001::/23 2001:db8::/32 3fff::/20");
    return ranges;
}

struct Prefixes {
    AddressRanges global = AddressRanges::parse("2000::/3");
    AddressRanges nat64 = AddressRanges::parse("64:ff9b::/96");
    AddressRanges six_to_four = AddressRanges::parse("2002::/16");
    AddressRanges teredo = AddressRanges::parse("2001::/32");
};

const Prefixes& prefixes() {
    static const Prefixes all;
    return all;
}

ip::address_v4 carried(const ip::address_v6& address, std::size_t at, unsigned char mask = 0) {
    const auto bytes = address.to_bytes();
    ip::address_v4::bytes_type inner{};
    for (std::size_t i = 0; i < inner.size(); ++i)
        inner.at(i) = bytes.at(at + i) ^ mask;
    return ip::address_v4(inner);
}

} // namespace

bool AddressGuard::allows(const ip::address& address) const {
    if (also_allowed_.contains(address))
        return true;
    if (address.is_v4())
        return !special_v4().contains(address);
    return allows_v6(address.to_v6());
}

bool AddressGuard::allows_v6(const ip::address_v6& address) const {
    constexpr std::size_t last_four = 12;
    if (address.is_v4_mapped())
        return allows(carried(address, last_four));
    if (address.scope_id() != 0)
        return false;
    if (prefixes().nat64.contains(address))
        return allows(carried(address, last_four));
    if (prefixes().six_to_four.contains(address))
        return allows(carried(address, 2));
    if (prefixes().teredo.contains(address)) // RFC 4380, section 4: the server, and the client upside down
        return allows(carried(address, 4)) && allows(carried(address, last_four, 0xFF));
    return prefixes().global.contains(address) && !special_v6().contains(address);
}

} // namespace xentree
