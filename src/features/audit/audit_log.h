#pragma once
#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/caller.h"
#include "storage/database.h"

namespace xentree {

// What was done, as it is kept for years: ids, no secrets and no addresses of mail.
struct AuditEntry {
    std::string_view action; // noun.verb: member.role_changed
    std::optional<OrganizationId> organization;
    std::string target; // what it was done to: an id, or empty
    boost::json::object details;
};

// The log of changes to organizations, credentials and accounts. It is only ever added to, in the transaction
// of the change, so neither is there without the other. Any thread.
class AuditLog {
  public:
    explicit AuditLog(const Clock& clock) : clock_(clock) {}

    void note(Writer& db, const Caller& caller, const AuditEntry& entry) const;
    // Of a command at the server.
    void note_operator(Writer& db, const AuditEntry& entry) const;

  private:
    const Clock& clock_;
};

} // namespace xentree
