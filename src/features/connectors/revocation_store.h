#pragma once
#include <vector>

#include "features/connectors/types.h"
#include "storage/database.h"

// The SQL of consents that a provider has yet to be told the end of. They belong to nobody any more.
namespace xentree::revocation_store {

using RevocationId = Id<struct RevocationKind>;

struct Revocation {
    RevocationId id;
    ConnectorProvider provider = ConnectorProvider::google_calendar;
    Blob sealed_token;
    std::int64_t attempts = 0; // that failed
    Instant due;
};
BOOST_DESCRIBE_STRUCT(Revocation, (), (id, provider, sealed_token, attempts, due))

void insert(Writer& db, const Revocation& revocation);
bool is_any_due(Reader& db, Instant now);
// The first that are due, at most `limit`, each with `lease` as the moment at which it is due again: until
// then no other node takes it.
struct Claim {
    Instant now;
    Instant lease;
    std::int64_t limit;
};
std::vector<Revocation> claim(Writer& db, const Claim& claim);
void erase(Writer& db, RevocationId id);
// Changes nothing where another node has claimed it since.
void postpone(Writer& db, const Revocation& claimed, Instant due);

} // namespace xentree::revocation_store
