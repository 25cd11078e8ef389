// First line: the trusted proxies; second: the peer's address; the rest: X-Forwarded-For.
#include <boost/asio/ip/address.hpp>

#include <stdexcept>

#include "fuzz.h"
#include "http/client_address.h"

namespace xentree::fuzz {
namespace {

namespace ip = boost::asio::ip;

std::optional<AddressRanges> parse(std::string_view list) {
    try {
        return AddressRanges::parse(list);
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

void try_forwarded(const AddressRanges& proxies, const ip::address& peer, std::string_view forwarded_for) {
    const std::string client = client_address(peer, forwarded_for, proxies);
    boost::system::error_code error;
    const auto address = ip::make_address(client, error);
    require(!error && address.to_string() == client, "a client's address is canonical");
    require(client.find('%') == std::string::npos, "and of no scope");
    require(!address.is_v6() || !address.to_v6().is_v4_mapped(), "an IPv4 address is one");
    require(client_address(address, "", {}) == client, "and is the client's where nothing is forwarded");
    if (!proxies.contains(peer))
        require(client == client_address(peer, "", {}), "a stranger's header is passed over");
    const std::string limited = limited_address(client);
    require(limited_address(limited) == limited, "what is limited is in its own range");
    const auto range = AddressRanges::parse(limited);
    require(range.contains(address), "the client is in what is limited");
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree;
    fuzz::Lines lines(fuzz::as_text(data, size));
    const auto proxies = fuzz::parse(lines.next());
    boost::system::error_code error;
    const auto peer = boost::asio::ip::make_address(std::string(lines.next()), error);
    if (proxies && !error)
        fuzz::try_forwarded(*proxies, peer, lines.rest());
    return 0;
}
