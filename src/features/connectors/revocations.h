#pragma once
#include <string>
#include <vector>

#include "base/task.h"
#include "features/connectors/providers.h"
#include "features/connectors/revocation_store.h"
#include "security/master_key.h"

namespace xentree {

// Tells providers that a consent has ended. What is to be told waits in the database, sealed, written in the
// transaction that ends the connection: so neither a request nor the operator's command waits for a provider,
// and the connection is gone even where it cannot be reached. Any thread.
class Revocations {
  public:
    struct Parts {
        Database& database;
        const MasterKey& master_key;
        const Clock& clock;
        const Providers& providers;
        Milliseconds timeout; // of a call
    };
    explicit Revocations(Parts parts) : parts_(parts) {}

    // Inside a write. The token is one of the consent's, best the refresh token.
    void put(Writer& db, ConnectorProvider provider, std::string_view token) const;

    // Tells what is due, a few at once, each tried seven times in two days at most and then forgotten. Blocks
    // for a call's time-out at most; for the thread of upkeep.
    void work_off();

  private:
    struct Attempt {
        revocation_store::Revocation revocation;
        bool is_done = false;
    };
    Task<void> tell(Attempt& attempt) const;
    void settle(Writer& db, const Attempt& attempt) const;

    Parts parts_;
};

} // namespace xentree
