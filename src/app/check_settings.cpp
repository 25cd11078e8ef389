#include "app/check_settings.h"

#include <fmt/format.h>

#include <stdexcept>

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

} // namespace

void check_settings(const Settings& settings) {
    check("listen", [&] { parse_listen_address(settings.listen); });
    if (!settings.metrics_listen.empty())
        check("metrics_listen", [&] { parse_listen_address(settings.metrics_listen); });
    check("trusted_proxies", [&] { AddressRanges::parse(settings.trusted_proxies); });
    if (!settings.master_key.empty())
        check("master_key", [&] { MasterKey::parse(settings.master_key); });
    WorkerPool workers(1, 1);
    make_routing(settings, workers, *make_system_clock());
}

} // namespace xentree
