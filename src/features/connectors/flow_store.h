#pragma once
#include <optional>
#include <string>

#include "features/connectors/types.h"
#include "storage/database.h"

// The SQL of flows of consent. A flow is known by the hash of its state, which only its user's browser has.
namespace xentree::flow_store {

using FlowId = Id<struct FlowKind>;

struct Flow {
    FlowId id;
    UserId user;
    SessionId session; // that started it, for the audit log
    ConnectorProvider provider = ConnectorProvider::google_calendar;
    Digest cookie_hash{};
    Blob sealed_verifier;
    std::string return_url;
    Instant expires;
};
BOOST_DESCRIBE_STRUCT(Flow, (),
                      (id, user, session, provider, cookie_hash, sealed_verifier, return_url, expires))

void insert(Writer& db, const Flow& flow, const Digest& state_hash);
// Ends all but the newest `number` flows of the user.
void keep_newest(Writer& db, UserId user, std::int64_t number);
// Takes the flow out: of two that ask for it one gets it.
std::optional<Flow> take(Writer& db, const Digest& state_hash);
void forget_expired(Writer& db, Instant now);

} // namespace xentree::flow_store
