#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>

#include "base/id.h"
#include "base/time.h"
#include "security/master_key.h"
#include "storage/row.h"

namespace xentree {

// The tokens of a connection, as they lie in the database.
struct StoredTokens {
    std::string access_token;
    std::optional<std::string> refresh_token;
    Instant access_expires;

    // What a consent is revoked by: the refresh token, else the access token.
    const std::string& root() const { return refresh_token ? *refresh_token : access_token; }
};
BOOST_DESCRIBE_STRUCT(StoredTokens, (), (access_token, refresh_token, access_expires))

// Sealed for this one connection: those of another cannot be put in their place.
Blob seal_tokens(const MasterKey& key, ConnectionId connection, const StoredTokens& tokens);
// Throws std::runtime_error where another key sealed them or they are another connection's.
StoredTokens open_tokens(const MasterKey& key, ConnectionId connection, const Blob& sealed);

} // namespace xentree
