#pragma once
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "features/connectors/types.h"
#include "http/page.h"
#include "storage/database.h"

// The SQL of connections. Every statement names the user.
namespace xentree::connections_store {

struct Connection {
    IntegrationOut shown;
    std::string time_zone; // of the user
    Blob sealed_tokens;
    std::int64_t version = 0;            // of the tokens
    std::optional<Instant> leased_until; // by whom renews them
};

// One version of a user's connection. What changes it changes nothing where another change came first.
struct Version {
    UserId user;
    ConnectionId id;
    std::int64_t version = 0;
};

struct Tokens {
    Blob sealed;
    std::vector<std::string> scopes;
};

// What a consent brings.
struct Consent {
    ConnectionStatus status;
    std::optional<std::string> account_email;
    Tokens tokens;
    Instant at;
    std::optional<std::string> error;
};

struct Lease {
    Instant now;
    Instant until;
};

// Newest first, limit + 1 of them where there are as many.
std::vector<IntegrationOut> list(Reader& db, UserId user, const PageRequest& page);
std::tuple<ConnectionId> position_of(const IntegrationOut& connection);
std::optional<Connection> find(Reader& db, UserId user, ConnectorProvider provider);
std::optional<Connection> find(Reader& db, UserId user, ConnectionId id);
std::vector<Connection> all_of(Reader& db, UserId user);
bool is_active(Reader& db, UserId user);

struct NewConnection {
    ConnectionId id;
    UserId user;
    ConnectorProvider provider;
};
void insert(Writer& db, const NewConnection& connection, const Consent& consent);
// Under whatever version: a consent is newer than all that was before.
void renew(Writer& db, const Version& connection, const Consent& consent);
bool erase(Writer& db, UserId user, ConnectionId id);

// These answer whether the version was still there. take_lease is refused while another holds one.
bool take_lease(Writer& db, const Version& connection, const Lease& lease);
bool keep_tokens(Writer& db, const Version& connection, const Tokens& tokens);
// Ends the lease and leaves the tokens as they are.
void give_lease_back(Writer& db, const Version& connection, std::string_view error);
bool end(Writer& db, const Version& connection, ConnectionStatus status, std::string_view error);
void note_success(Writer& db, const Version& connection, Instant at);
void note_failure(Writer& db, const Version& connection, std::string_view error);

} // namespace xentree::connections_store
