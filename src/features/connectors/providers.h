#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "features/connectors/types.h"

namespace xentree {

// All that OAuth has to know of a provider: a new one is a row in providers.cpp, an enumerator in types.h and
// in the contract, and its settings.
struct OAuthProvider {
    ConnectorProvider id = ConnectorProvider::google_calendar;
    std::string name; // as people know it
    std::string path; // of its operations: /api/integrations/PATH/callback
    std::string authorization_url;
    std::string token_url;
    std::string revocation_url; // RFC 7009
    std::string api_url;
    std::vector<std::string> scopes; // that are asked for
    std::string needed_scope;        // the one of them without which a connection is of no use
    std::vector<std::pair<std::string, std::string>> parameters; // of its consent page, beside OAuth's own
    std::string client_id;                                       // empty: not configured
    std::string client_secret;

    bool is_configured() const { return !client_id.empty(); }
};

// The table. Without client ids, and with the endpoints that the provider's documentation names.
std::vector<OAuthProvider> known_providers();

// The table with the operator's settings laid over it. Immutable; any thread.
class Providers {
  public:
    explicit Providers(std::vector<OAuthProvider> providers) : providers_(std::move(providers)) {}

    const OAuthProvider& of(ConnectorProvider id) const;
    // Throws ApiError(connector_not_configured) where no client id is set.
    const OAuthProvider& configured(ConnectorProvider id) const;
    bool is_any_configured() const;

  private:
    std::vector<OAuthProvider> providers_;
};

} // namespace xentree
