#include "features/connectors/revocation_store.h"

namespace xentree::revocation_store {

void insert(Writer& db, const Revocation& revocation) {
    db.run("INSERT INTO revocations (id, provider, sealed_token, attempts, due_at) "
           "VALUES ($1, $2, $3, $4, $5)",
           revocation.id, revocation.provider, revocation.sealed_token, revocation.attempts, revocation.due);
}

bool is_any_due(Reader& db, Instant now) {
    return db
        .one<Instant>("SELECT due_at FROM revocations WHERE due_at <= $1 ORDER BY due_at, id LIMIT 1", now)
        .has_value();
}

std::vector<Revocation> claim(Writer& db, const Claim& claim) {
    auto revocations = db.all<Revocation>("SELECT id, provider, sealed_token, attempts, due_at "
                                          "FROM revocations WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2",
                                          claim.now, claim.limit);
    for (auto& revocation : revocations) {
        db.run("UPDATE revocations SET due_at = $2 WHERE id = $1", revocation.id, claim.lease);
        revocation.due = claim.lease;
    }
    return revocations;
}

void erase(Writer& db, RevocationId id) {
    db.run("DELETE FROM revocations WHERE id = $1", id);
}

void postpone(Writer& db, const Revocation& claimed, Instant due) {
    db.run("UPDATE revocations SET due_at = $3, attempts = $4 WHERE id = $1 AND due_at = $2", claimed.id,
           claimed.due, due, claimed.attempts);
}

} // namespace xentree::revocation_store
