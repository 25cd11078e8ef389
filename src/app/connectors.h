#pragma once
#include "app/settings.h"
#include "features/connectors/operations.h"

namespace xentree {

// The parts of features/connectors, put together. Any thread, as each of them says.
class Connectors {
  public:
    struct Parts {
        Database& database;
        const MasterKey& master_key;
        const Idempotency& idempotency;
        const AuditLog& audit;
        const Clock& clock;
    };
    // The settings have been checked.
    Connectors(const Settings& settings, Parts parts);

    void answer(Api& api) { answer_connectors(api, connections_, flows_, events_); }
    // Inside the write that deletes an account.
    void end_all(Writer& db, UserId user) const { connections_.end_all(db, user); }
    // Of upkeep: tells providers what has ended, which blocks for seconds where one is slow.
    void work_off() { revocations_.work_off(); }
    void forget_old(Writer& db) const { flows_.forget_old(db); }

  private:
    const Providers providers_;
    Revocations revocations_;
    Connections connections_;
    ConsentFlows flows_;
    ConnectionAccess access_;
    CalendarEvents events_;
};

} // namespace xentree
