#include "features/connectors/providers.h"

#include <algorithm>
#include <stdexcept>

#include "base/error.h"

namespace xentree {

std::vector<OAuthProvider> known_providers() {
    // https://developers.google.com/identity/protocols/oauth2/web-server: a refresh token comes only with
    // access_type=offline, and only with a consent, which prompt=consent asks for each time. openid and email
    // tell which account it is.
    return {{
        .id = ConnectorProvider::google_calendar,
        .name = "Google Calendar",
        .path = "google-calendar",
        .authorization_url = "https://accounts.google.com/o/oauth2/v2/auth",
        .token_url = "https://oauth2.googleapis.com/token",
        .revocation_url = "https://oauth2.googleapis.com/revoke",
        .api_url = "https://www.googleapis.com/calendar/v3",
        .scopes = {"https://www.googleapis.com/auth/calendar.events", "openid", "email"},
        .needed_scope = "https://www.googleapis.com/auth/calendar.events",
        .parameters = {{"access_type", "offline"}, {"prompt", "consent"}},
        .client_id = {},
        .client_secret = {},
    }};
}

const OAuthProvider& Providers::of(ConnectorProvider id) const {
    const auto found = std::find_if(providers_.begin(), providers_.end(),
                                    [&](const OAuthProvider& provider) { return provider.id == id; });
    if (found == providers_.end())
        throw std::logic_error("a provider without a row");
    return *found;
}

const OAuthProvider& Providers::configured(ConnectorProvider id) const {
    const OAuthProvider& provider = of(id);
    if (!provider.is_configured())
        throw ApiError(ErrorCode::connector_not_configured,
                       provider.name + " is not configured on this server.");
    return provider;
}

bool Providers::is_any_configured() const {
    return std::any_of(providers_.begin(), providers_.end(),
                       [](const OAuthProvider& provider) { return provider.is_configured(); });
}

} // namespace xentree
