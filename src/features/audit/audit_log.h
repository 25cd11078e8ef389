#pragma once
#include <boost/json/object.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/caller.h"
#include "storage/database.h"

namespace xentree {

// What was done, as it is kept for years: ids, no secrets and no addresses of mail.
struct AuditEntry {
    std::string_view action; // noun.verb: member.role_changed; docs/operations.md has all
    std::optional<OrganizationId> organization;
    std::string target; // what it was done to: an id, or empty
    boost::json::object details;
};

// Somebody without a login, who acts for an account all the same.
struct AuditVisitor {
    const Visitor& visitor;
    UserId user;
    std::string_view credential; // what was brought instead of a login: "mailed link", or "none"
};

// The log of changes to organizations, credentials and accounts. It is only ever added to, in the transaction
// of the change, so neither is there without the other. Any thread.
class AuditLog {
  public:
    // Kept for 0 days is kept for ever.
    explicit AuditLog(const Clock& clock, std::chrono::days kept_for = std::chrono::days(0)) :
        clock_(clock), kept_for_(kept_for) {}

    void note(Writer& db, const Caller& caller, const AuditEntry& entry) const;
    void note(Writer& db, const AuditVisitor& visitor, const AuditEntry& entry) const;
    // Of a command at the server.
    void note_operator(Writer& db, const AuditEntry& entry) const;

    // Deletes what has been kept long enough, in transactions of 1,000 rows and up to 1,000,000 at a call;
    // meant for every hour. Nothing else deletes a row and nothing changes one. Blocks.
    void forget_old(Database& database) const;

  private:
    const Clock& clock_;
    const std::chrono::days kept_for_;
};

} // namespace xentree
