#pragma once
#include "features/audit/audit_log.h"
#include "features/connectors/revocations.h"
#include "features/connectors/types.h"
#include "http/page.h"

namespace xentree {

// What users see of their connections, and their end. Any thread.
class Connections {
  public:
    struct Parts {
        Database& database;
        const MasterKey& master_key;
        const AuditLog& audit;
        const Revocations& revocations;
    };
    explicit Connections(Parts parts) : parts_(parts) {}

    Task<Page<IntegrationOut>> list(Caller caller, PageRequest page);
    // The tokens are gone at once; the provider is told after the answer. Throws ApiError(not_found).
    Task<void> remove(Caller caller, ConnectionId id);
    // Inside the write that deletes the account: lets the provider be told of all its connections.
    void end_all(Writer& db, UserId user) const;

  private:
    Parts parts_;
};

} // namespace xentree
