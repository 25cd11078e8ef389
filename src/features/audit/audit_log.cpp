#include "features/audit/audit_log.h"

#include <boost/json/serialize.hpp>

#include "features/audit/store.h"

namespace xentree {

namespace store = audit_store;

namespace {

constexpr std::int64_t erased_at_once = 1'000;
constexpr int erasures_at_a_call = 1'000;

// What the caller came with: `session ID`, `key ID` or `token ID`.
std::string credential_of(const Caller& caller) {
    return caller.bound_to() ? caller.identity() : "session " + caller.session.text();
}

AuditRecord record_of(const AuditEntry& entry, Instant now) {
    AuditRecord record;
    record.id = AuditId::make(now);
    record.at = now;
    record.action = entry.action;
    record.organization = entry.organization;
    record.target = entry.target;
    record.details = boost::json::serialize(entry.details);
    return record;
}

} // namespace

void AuditLog::note(Writer& db, const Caller& caller, const AuditEntry& entry) const {
    note(db, AuditVisitor{caller, caller.user, credential_of(caller)}, entry);
}

void AuditLog::note(Writer& db, const AuditVisitor& visitor, const AuditEntry& entry) const {
    AuditRecord record = record_of(entry, clock_.now());
    record.actor = visitor.user;
    record.credential = visitor.credential;
    record.address = visitor.visitor.address;
    record.request = visitor.visitor.request;
    store::insert(db, record);
}

void AuditLog::note_operator(Writer& db, const AuditEntry& entry) const {
    AuditRecord record = record_of(entry, clock_.now());
    record.credential = operator_credential;
    store::insert(db, record);
}

void AuditLog::forget_old(Database& database) const {
    if (kept_for_ == std::chrono::days(0))
        return;
    const Instant before = clock_.now() - kept_for_;
    for (int erasure = 0; erasure < erasures_at_a_call; ++erasure) {
        std::int64_t erased = 0;
        database.write_now([&](Writer& db) { erased = store::erase_oldest(db, before, erased_at_once); });
        if (erased < erased_at_once)
            return;
    }
}

} // namespace xentree
