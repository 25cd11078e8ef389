#pragma once
#include <string>
#include <vector>

#include "http/client_address.h"

namespace xentree {

// How outbound calls leave this machine. What the environment says of proxies (http_proxy, no_proxy, ...)
// does not count.
struct OutboundNetwork {
    std::string proxy;    // http, https or socks5h://[USER:PASSWORD@]HOST:PORT; empty: none
    std::string no_proxy; // names (with what is below them), addresses and ranges, apart by commas; or *
    AddressRanges allow_private;    // what guarded calls may go to besides the public internet
    std::vector<std::string> names; // for tests, fixed name lookups: HOST:PORT:ADDRESS[,ADDRESS]
};

// Both throw std::runtime_error with what is wrong, without the text, which may have a password.
void check_proxy(const std::string& proxy);
void check_no_proxy(const std::string& list);

// Set once, before the first call; read by every call's thread.
void set_outbound_network(OutboundNetwork network);
const OutboundNetwork& outbound_network();

} // namespace xentree
