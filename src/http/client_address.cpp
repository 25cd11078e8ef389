#include "http/client_address.h"

#include <algorithm>
#include <stdexcept>

#include "base/text.h"

namespace xentree {

namespace ip = boost::asio::ip;

namespace {

// Without what is of this machine only (a scope), and an IPv4 address as one.
ip::address plain_address(const ip::address& address) {
    if (address.is_v4())
        return address;
    if (address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    auto plain = address.to_v6();
    plain.scope_id(0);
    return plain;
}

std::variant<ip::network_v4, ip::network_v6> parse_range(const std::string& item) {
    constexpr unsigned short mapped_bits = 96;
    boost::system::error_code error;
    if (const auto address = ip::make_address(item, error); !error) {
        const auto plain = plain_address(address);
        if (plain.is_v4())
            return ip::network_v4(plain.to_v4(), 32);
        return ip::network_v6(plain.to_v6(), 128);
    }
    if (const auto network = ip::make_network_v4(item, error); !error)
        return network.canonical();
    if (const auto network = ip::make_network_v6(item, error); !error) {
        if (network.address().is_v4_mapped() && network.prefix_length() >= mapped_bits)
            return ip::network_v4(ip::make_address_v4(ip::v4_mapped, network.address()),
                                  static_cast<unsigned short>(network.prefix_length() - mapped_bits))
                .canonical();
        return network.canonical();
    }
    throw std::runtime_error("'" + item + "' is no address and no range (such as 10.0.0.0/8)");
}

} // namespace

AddressRanges AddressRanges::parse(std::string_view list) {
    AddressRanges result;
    while (!list.empty()) {
        const auto end = list.find_first_of(", ");
        if (const auto item = list.substr(0, end); !item.empty())
            result.ranges_.push_back(parse_range(std::string(item)));
        list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
    }
    return result;
}

std::vector<std::string> AddressRanges::texts() const {
    std::vector<std::string> texts;
    for (const auto& range : ranges_) {
        std::string text = std::visit(
            [](const auto& network) {
                return network.is_host() ? network.address().to_string() : network.to_string();
            },
            range);
        if (std::find(texts.begin(), texts.end(), text) == texts.end())
            texts.push_back(std::move(text));
    }
    return texts;
}

bool AddressRanges::contains(const ip::address& address) const {
    const auto plain = plain_address(address);
    for (const auto& range : ranges_) {
        if (const auto* v4 = std::get_if<ip::network_v4>(&range)) {
            if (plain.is_v4() && ip::network_v4(plain.to_v4(), v4->prefix_length()).canonical() == *v4)
                return true;
        } else if (const auto& v6 = std::get<ip::network_v6>(range); plain.is_v6()) {
            if (ip::network_v6(plain.to_v6(), v6.prefix_length()).canonical() == v6)
                return true;
        }
    }
    return false;
}

std::string client_address(const ip::address& peer, std::string_view forwarded_for,
                           const AddressRanges& trusted_proxies) {
    ip::address client = plain_address(peer);
    while (trusted_proxies.contains(client) && !forwarded_for.empty()) {
        const auto comma = forwarded_for.rfind(',');
        const auto item = comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1);
        forwarded_for = comma == std::string_view::npos ? std::string_view() : forwarded_for.substr(0, comma);
        boost::system::error_code error;
        const auto told = ip::make_address(std::string(trim(item)), error);
        if (error)
            break; // what stands before it cannot be trusted either
        client = plain_address(told);
    }
    return client.to_string();
}

std::string limited_address(const std::string& address) {
    boost::system::error_code error;
    const auto parsed = ip::make_address(address, error);
    if (error || parsed.is_v4())
        return address;
    return ip::network_v6(parsed.to_v6(), 64).canonical().to_string();
}

} // namespace xentree
