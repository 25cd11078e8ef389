#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/audit/audit_log.h"
#include "features/connectors/flow_store.h"
#include "features/connectors/oauth.h"
#include "features/connectors/revocations.h"

namespace xentree {

// Flows of consent, from the address of the provider's page to the connection. A flow is bound to its user by
// the state (RFC 6749, section 10.12) and to the browser that started it by a cookie (RFC 9700, section 4.7):
// who has another's link cannot finish it, and nobody can have a stranger consent for an account of his own.
// Any I/O thread.
class ConsentFlows {
  public:
    struct Parts {
        Database& database;
        const MasterKey& master_key;
        const AuditLog& audit;
        const Clock& clock;
        const Providers& providers;
        const Revocations& revocations;
        Milliseconds timeout;                 // of a call
        std::string public_url;               // of this server, without a slash at the end
        std::vector<std::string> return_urls; // where a flow may end; the first is the default
    };
    explicit ConsentFlows(Parts parts) : parts_(std::move(parts)) {}

    struct Started {
        IntegrationOAuthStartResponse response;
        std::string cookie; // the value of Set-Cookie
    };
    // Throws ApiError: validation_error (the return address), connector_not_configured.
    Task<Started> start(Caller caller, ConnectorProvider provider, std::optional<std::string> return_url);

    struct Returned {
        ConnectorProvider provider;
        FlowEnd end;
        std::optional<std::string> cookie;
    };
    // The address that the browser goes on to. Throws ApiError: validation_error (the state, or neither code
    // nor error), connector_not_configured.
    Task<std::string> finish(Visitor visitor, Returned returned);

    // Forgets flows whose time is over.
    void forget_old(Writer& db) const;

  private:
    enum class Outcome { connected, denied, failed };
    std::string redirect_uri(const OAuthProvider& provider) const;
    std::string cookie_header(const std::string& value) const;
    Task<flow_store::Flow> take(Returned returned);
    Task<Outcome> conclude(Visitor visitor, flow_store::Flow flow, FlowEnd end);
    Task<Outcome> exchange(Visitor visitor, flow_store::Flow flow, std::string code);
    Outcome store(Writer& db, const Visitor& visitor, const flow_store::Flow& flow,
                  const TokenSet& tokens) const;

    Parts parts_;
};

} // namespace xentree
