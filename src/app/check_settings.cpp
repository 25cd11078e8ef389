#include "app/check_settings.h"

#include <fmt/format.h>

#include <regex>
#include <stdexcept>

#include "app/connector_settings.h"
#include "app/mail.h"
#include "app/providers.h"
#include "http/client_address.h"
#include "http/server.h"
#include "security/master_key.h"

namespace xentree {

namespace {

template<class F>
void check(const char* name, F f) {
    try {
        f();
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(fmt::format("setting {}: {}", name, error.what()));
    }
}

void check_public_url(const std::string& url) {
    constexpr std::size_t longest = 300; // of an issuer in the contract
    static const std::regex form("https?://[A-Za-z0-9.:\\[\\]-]+(/[A-Za-z0-9._~-]+)*");
    if (!url.empty() && (url.size() > longest || !std::regex_match(url, form)))
        throw std::runtime_error(
            "must be an address as https://api.example.com is, without a query and a slash at its end");
}

} // namespace

std::set<std::string, std::less<>> parse_origins(const std::string& list) {
    static const std::regex form("https?://[a-z0-9.-]+(:[0-9]+)?|https?://\\[[0-9a-f:.]+\\](:[0-9]+)?");
    std::set<std::string, std::less<>> origins;
    for (std::size_t begin = 0; begin < list.size();) {
        const auto end = std::min(list.find_first_of(", ", begin), list.size());
        const std::string item = list.substr(begin, end - begin);
        begin = end + 1;
        if (item.empty())
            continue;
        if (item != "*" && !std::regex_match(item, form))
            throw std::runtime_error(fmt::format(
                "'{}' is no web origin, as https://app.example.com is: in lower case, without a path", item));
        origins.insert(item);
    }
    return origins;
}

OutboundNetwork parse_outbound(const Settings::Outbound& settings) {
    OutboundNetwork network{settings.proxy, settings.no_proxy, {}, {}};
    if (!network.proxy.empty())
        check("outbound.proxy", [&] { check_proxy(network.proxy); });
    check("outbound.no_proxy", [&] { check_no_proxy(network.no_proxy); });
    check("outbound.allow_private",
          [&] { network.allow_private = AddressRanges::parse(settings.allow_private); });
    return network;
}

void check_settings(const Settings& settings) {
    check("listen", [&] { parse_listen_address(settings.listen); });
    if (!settings.metrics_listen.empty())
        check("metrics_listen", [&] { parse_listen_address(settings.metrics_listen); });
    check("public_url", [&] { check_public_url(settings.public_url); });
    check("trusted_proxies", [&] { AddressRanges::parse(settings.trusted_proxies); });
    check("allowed_origins", [&] { parse_origins(settings.allowed_origins); });
    if (!settings.master_key.empty())
        check("master_key", [&] { MasterKey::parse(settings.master_key); });
    check_mail_settings(settings);
    parse_outbound(settings.outbound);
    connector_providers(settings);
    connector_return_urls(settings);
    WorkerPool workers(1, 1);
    make_routing(settings, workers, *make_system_clock());
}

} // namespace xentree
