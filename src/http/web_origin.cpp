#include "http/web_origin.h"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace xentree {

namespace {

constexpr std::string_view secure = "https://";
constexpr std::string_view local = "http://";
constexpr std::string_view label_letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
constexpr std::string_view digits = "0123456789";
constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_port = 5; // digits

bool consists_of(std::string_view text, std::string_view letters) {
    return text.find_first_not_of(letters) == std::string_view::npos;
}

bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= longest_label && consists_of(text, label_letters) &&
           text.front() != '-' && text.back() != '-';
}

// What browsers read as a number, and the whole name then as an IPv4 address (WHATWG URL, section 3.5).
bool is_number(std::string_view label) {
    return consists_of(label, digits) ||
           (label.starts_with("0x") && consists_of(label.substr(2), "0123456789abcdef"));
}

bool is_ipv4(const std::string& text) {
    boost::system::error_code error;
    boost::asio::ip::make_address_v4(text, error);
    return !error;
}

bool is_host_name(std::string_view text) {
    if (text.size() > longest_name)
        return false;
    std::string_view rest = text;
    for (;;) {
        const auto label = rest.substr(0, rest.find('.'));
        if (!is_label(label))
            return false;
        if (label.size() == rest.size())
            return !is_number(label) || is_ipv4(std::string(text));
        rest.remove_prefix(label.size() + 1);
    }
}

std::optional<std::string> canonical_host(std::string_view text) {
    std::string host = ascii_lower(text);
    if (!host.starts_with('['))
        return is_host_name(host) ? std::optional(std::move(host)) : std::nullopt;
    if (host.size() < 2 || !host.ends_with(']'))
        return std::nullopt;
    const std::string inside = host.substr(1, host.size() - 2);
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address_v6(inside, error);
    if (error || !consists_of(inside, "0123456789abcdef:.")) // a zone is none of the origin's
        return std::nullopt;
    return fmt::format("[{}]", address.to_string());
}

// Nothing where it is no port, 0 included.
std::optional<unsigned> parse_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool is_port = !text.empty() && text.size() <= longest_port && consists_of(text, digits) &&
                         error == std::errc() && port > 0 && port <= 65'535;
    return is_port ? std::optional(port) : std::nullopt;
}

} // namespace

std::optional<std::string> canonical_origin(std::string_view text) {
    const std::string_view scheme = text.starts_with(secure) ? secure : local;
    if (!text.starts_with(scheme))
        return std::nullopt;
    const std::string_view place = text.substr(scheme.size());
    const auto after_address = place.starts_with('[') ? place.find(']') : 0;
    const auto colon = place.find(':', std::min(after_address, place.size()));
    const auto host = canonical_host(place.substr(0, colon));
    if (!host || (scheme == local && *host != "localhost"))
        return std::nullopt;
    std::string origin = fmt::format("{}{}", scheme, *host);
    if (colon == std::string_view::npos)
        return origin;
    const auto port = parse_port(place.substr(colon + 1));
    if (!port)
        return std::nullopt;
    const unsigned usual = scheme == secure ? 443 : 80;
    return *port == usual ? origin : fmt::format("{}:{}", origin, *port);
}

} // namespace xentree
