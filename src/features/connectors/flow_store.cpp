#include "features/connectors/flow_store.h"

namespace xentree::flow_store {

void insert(Writer& db, const Flow& flow, const Digest& state_hash) {
    db.run("INSERT INTO consent_flows (id, state_hash, user_id, session, provider, cookie_hash, "
           "sealed_verifier, return_url, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
           flow.id, state_hash, flow.user, flow.session, flow.provider, flow.cookie_hash,
           flow.sealed_verifier, flow.return_url, flow.expires);
}

void keep_newest(Writer& db, UserId user, std::int64_t number) {
    db.run("DELETE FROM consent_flows WHERE user_id = $1 AND id NOT IN "
           "(SELECT id FROM consent_flows WHERE user_id = $1 ORDER BY id DESC LIMIT $2)",
           user, number);
}

std::optional<Flow> take(Writer& db, const Digest& state_hash) {
    auto flow =
        db.one<Flow>("SELECT id, user_id, session, provider, cookie_hash, sealed_verifier, return_url, "
                     "expires_at FROM consent_flows WHERE state_hash = $1",
                     state_hash);
    if (flow)
        db.run("DELETE FROM consent_flows WHERE state_hash = $1", state_hash);
    return flow;
}

void forget_expired(Writer& db, Instant now) {
    db.run("DELETE FROM consent_flows WHERE expires_at <= $1", now);
}

} // namespace xentree::flow_store
