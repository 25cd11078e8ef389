// First line: the ranges that an operator allows; second: an address; the rest: a URL of a tenant.
#include <curl/curl.h>

#include <memory>

#include "fuzz.h"
#include "http/address_guard.h"
#include "http/outbound.h"
#include "http/outbound/socket_guard.h"

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

std::string joined(const std::vector<std::string>& texts) {
    std::string list;
    for (const auto& text : texts)
        list += text + ",";
    return list;
}

void try_ranges(const AddressRanges& ranges) {
    const auto texts = ranges.texts();
    require(AddressRanges::parse(joined(texts)).texts() == texts, "ranges written out are the same ranges");
}

// The IPv6 addresses that lead to an IPv4 address: mapped, NAT64, 6to4.
std::vector<ip::address_v6> forms_of(const ip::address_v4& address) {
    const auto bytes = address.to_bytes();
    ip::address_v6::bytes_type nat64{0x00, 0x64, 0xFF, 0x9B};
    std::copy(bytes.begin(), bytes.end(), nat64.begin() + 12);
    ip::address_v6::bytes_type six_to_four{0x20, 0x02};
    std::copy(bytes.begin(), bytes.end(), six_to_four.begin() + 2);
    return {ip::make_address_v6(ip::v4_mapped, address), ip::address_v6(nat64), ip::address_v6(six_to_four)};
}

void try_address(const ip::address& address) {
    const AddressGuard guard({});
    const bool is_allowed = guard.allows(address);
    if (address.is_loopback() || address.is_multicast() || address.is_unspecified())
        require(!is_allowed, "no call goes to this machine, a group or nowhere");
    if (address.is_v6() && (address.to_v6().is_link_local() || address.to_v6().is_site_local()))
        require(!is_allowed, "nor to the machine's own network");
    if (address.is_v6())
        return;
    for (const auto& form : forms_of(address.to_v4()))
        require(guard.allows(form) == is_allowed, "an IPv4 address is judged the same in each form");
}

// A URL that passes is one that libcurl takes to a web server's port.
void try_url(const std::string& url) {
    try {
        check_guarded_url(url);
    } catch (const OutboundError&) {
        return;
    }
    const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
    require(curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK, "libcurl takes it");
    char* port = nullptr;
    require(curl_url_get(parsed.get(), CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK,
            "it has a port");
    const int number = std::atoi(port);
    curl_free(port);
    require(number == 80 || number == 443 || number >= 1024, "which is none of mail servers and the like");
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree;
    fuzz::Lines lines(fuzz::as_text(data, size));
    const auto ranges = fuzz::parse(lines.next());
    if (ranges)
        fuzz::try_ranges(*ranges);
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(lines.next()), error);
    if (!error) {
        fuzz::try_address(address);
        if (ranges && ranges->contains(address))
            fuzz::require(AddressGuard(*ranges).allows(address), "what the operator allows is allowed");
    }
    fuzz::try_url(std::string(lines.rest()));
    return 0;
}
