#include "features/audit/audit_log.h"

#include <boost/json/serialize.hpp>

namespace xentree {

namespace {

// What the caller came with: `session ID`, `key ID` or `token ID`.
std::string credential_of(const Caller& caller) {
    return caller.bound_to() ? caller.identity() : "session " + caller.session.text();
}

} // namespace

void AuditLog::note(Writer& db, const Caller& caller, const AuditEntry& entry) const {
    const Instant now = clock_.now();
    db.run(
        "INSERT INTO audit_log (id, at, action, actor, credential, organization, target, details, address, "
        "request) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        AuditId::make(now), now, entry.action, caller.user, credential_of(caller), entry.organization,
        entry.target, boost::json::serialize(entry.details), caller.address, caller.request);
}

void AuditLog::note_operator(Writer& db, const AuditEntry& entry) const {
    const Instant now = clock_.now();
    db.run("INSERT INTO audit_log (id, at, action, credential, organization, target, details) "
           "VALUES ($1, $2, $3, 'operator', $4, $5, $6)",
           AuditId::make(now), now, entry.action, entry.organization, entry.target,
           boost::json::serialize(entry.details));
}

} // namespace xentree
