#include "app/connector_settings.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <stdexcept>

#include "base/text.h"

namespace xentree {

namespace {

struct Row {
    ConnectorProvider provider;
    std::string_view name; // of its settings
    ConnectorSettings Settings::Connectors::*settings;
};
constexpr Row rows[] = {
    {ConnectorProvider::google_calendar, "google_calendar", &Settings::Connectors::google_calendar},
};

void require(bool holds, const std::string& name, std::string_view what) {
    if (!holds)
        throw std::runtime_error(fmt::format("setting {}: {}", name, what));
}

bool is_this_machine(const boost::urls::url_view& url) {
    const std::string host = url.host();
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

// Secrets and tokens go there.
std::string chosen(const std::string& own, const std::string& wanted, const std::string& name) {
    if (wanted.empty())
        return own;
    const auto parsed = boost::urls::parse_uri(wanted);
    const bool is_safe =
        parsed && (parsed->scheme() == "https" || (parsed->scheme() == "http" && is_this_machine(*parsed)));
    require(is_safe && !parsed->host().empty() && !parsed->has_userinfo() && !parsed->has_fragment(), name,
            "must be an address that begins with https://, or with http:// on this machine");
    return wanted;
}

OAuthProvider laid_over(OAuthProvider provider, const Row& row, const Settings& settings) {
    const ConnectorSettings& wanted = settings.connectors.*row.settings;
    const std::string name = fmt::format("connectors.{}.", row.name);
    require(wanted.client_id.empty() || !wanted.client_secret.empty(), name + "client_secret",
            "is missing, and the client id is there");
    require(!wanted.client_id.empty() || wanted.client_secret.empty(), name + "client_id",
            "is missing, and the client secret is there");
    provider.client_id = wanted.client_id;
    provider.client_secret = wanted.client_secret;
    provider.authorization_url =
        chosen(provider.authorization_url, wanted.authorization_url, name + "authorization_url");
    provider.token_url = chosen(provider.token_url, wanted.token_url, name + "token_url");
    provider.revocation_url = chosen(provider.revocation_url, wanted.revocation_url, name + "revocation_url");
    provider.api_url = chosen(provider.api_url, wanted.api_url, name + "api_url");
    while (provider.api_url.ends_with('/'))
        provider.api_url.pop_back();
    return provider;
}

bool is_return_url(const std::string& text) {
    const auto parsed = boost::urls::parse_uri(text);
    return parsed && (parsed->scheme() == "https" || parsed->scheme() == "http") && !parsed->host().empty() &&
           !parsed->has_userinfo() && !parsed->has_fragment();
}

} // namespace

Providers connector_providers(const Settings& settings) {
    std::vector<OAuthProvider> providers = known_providers();
    for (OAuthProvider& provider : providers) {
        for (const Row& row : rows) {
            if (row.provider == provider.id)
                provider = laid_over(std::move(provider), row, settings);
        }
    }
    return Providers(std::move(providers));
}

std::vector<std::string> connector_return_urls(const Settings& settings) {
    std::vector<std::string> urls;
    std::string_view list = settings.connectors.redirect_uris;
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        std::string url(trim(list.substr(0, end)));
        list.remove_prefix(std::min(end + 1, list.size()));
        if (url.empty())
            continue;
        require(is_return_url(url), "connectors.redirect_uris",
                fmt::format("'{}' is no address as https://app.example.com/settings/integrations is, without "
                            "a fragment",
                            url));
        urls.push_back(std::move(url));
    }
    if (urls.empty())
        urls.push_back(public_url(settings) + "/settings/integrations");
    return urls;
}

} // namespace xentree
