#pragma once
#include <optional>
#include <string>

#include "base/task.h"
#include "features/audit/audit_log.h"
#include "features/connectors/oauth.h"
#include "features/connectors/sealed_tokens.h"
#include "features/connectors/store.h"

namespace xentree {

// The way into a user's connection at one moment.
struct Access {
    connections_store::Version connection;
    std::string token;
    ConnectorProvider provider = ConnectorProvider::google_calendar;
    std::string time_zone; // of the user
    bool is_noted = false; // that the provider was reached less than a minute ago, and no error since
};

// Access tokens that are good: renewed when they have less than a minute left, by one request at a time over
// all nodes, which holds a lease in the connection's row; the others wait for what it brings. Only the holder
// of a lease changes tokens, and only those that it saw, so a refusal of old tokens cannot end a connection
// that was renewed meanwhile. Any I/O thread.
class ConnectionAccess {
  public:
    struct Parts {
        Database& database;
        const MasterKey& master_key;
        const AuditLog& audit;
        const Clock& clock;
        const Providers& providers;
        Milliseconds timeout; // of a call
    };
    explicit ConnectionAccess(Parts parts) : parts_(parts) {}

    // Throws ApiError: not_found (no connection), needs_reauth, provider_error, provider_timeout,
    // unavailable.
    Task<Access> open(Caller caller, ConnectorProvider provider);

    struct Called {
        Access access; // that worked
        ProviderAnswer answer;
    };
    // Calls the provider's API with the token. One that it refuses (401) is renewed and tried once more; a
    // second refusal ends the connection. A failure is noted in the connection. Throws like open().
    Task<Called> call(Caller caller, Access access, OutboundRequest request);

    struct Ending {
        ConnectionStatus status = ConnectionStatus::needs_reauth;
        std::string error; // one sentence without secrets
    };
    // The consent is good no more; changes nothing where it was given anew meanwhile.
    Task<bool> end(Caller caller, Access access, Ending ending);

    // What a call came to, for the connection's last_synced_at (to the minute) and last_error.
    Task<void> note_success(Access access);
    Task<void> note_failure(Access access, ApiError failure);

  private:
    Task<Access> open_but(Caller caller, ConnectorProvider provider, std::optional<Access> refused);
    Task<std::optional<Access>> refresh(Caller caller, connections_store::Connection connection,
                                        bool was_refused);

    Parts parts_;
};

// The refusals of who has no connection, and of one whose consent has ended.
ApiError not_connected(const OAuthProvider& provider);
ApiError consent_has_ended();

} // namespace xentree
