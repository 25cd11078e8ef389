#include "http/outbound_network.h"

#include <regex>
#include <stdexcept>

#include "http/outbound/curl_handle.h"

namespace xentree {

namespace {

OutboundNetwork& current() {
    static OutboundNetwork network;
    return network;
}

} // namespace

void check_proxy(const std::string& proxy) {
    const std::string scheme = url_part(proxy, CURLUPART_SCHEME);
    const bool is_alone = url_part(proxy, CURLUPART_PATH) == "/" &&
                          url_part(proxy, CURLUPART_QUERY).empty() &&
                          url_part(proxy, CURLUPART_FRAGMENT).empty();
    if ((scheme != "http" && scheme != "https" && scheme != "socks5h") || !is_alone ||
        url_part(proxy, CURLUPART_HOST).empty() || url_part(proxy, CURLUPART_PORT).empty())
        throw std::runtime_error("must be http, https or socks5h://[USER:PASSWORD@]HOST:PORT");
}

void check_no_proxy(const std::string& list) {
    static const std::regex name("[A-Za-z0-9_.-]*[A-Za-z_-][A-Za-z0-9_.-]*");
    if (list == "*")
        return;
    for (std::size_t begin = 0; begin < list.size();) {
        const auto end = std::min(list.find_first_of(", ", begin), list.size());
        const std::string item = list.substr(begin, end - begin);
        begin = end + 1;
        if (!item.empty() && !std::regex_match(item, name))
            AddressRanges::parse(item);
    }
}

void set_outbound_network(OutboundNetwork network) {
    current() = std::move(network);
}
const OutboundNetwork& outbound_network() {
    return current();
}

} // namespace xentree
