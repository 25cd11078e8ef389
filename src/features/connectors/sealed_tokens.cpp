#include "features/connectors/sealed_tokens.h"

#include <stdexcept>

#include "http/json_text.h"

namespace xentree {

namespace {

std::string purpose_of(ConnectionId connection) {
    return "connection " + connection.text();
}

} // namespace

Blob seal_tokens(const MasterKey& key, ConnectionId connection, const StoredTokens& tokens) {
    return Blob{key.seal(to_json_text(tokens), purpose_of(connection))};
}

StoredTokens open_tokens(const MasterKey& key, ConnectionId connection, const Blob& sealed) {
    const auto plain = key.open(sealed.bytes, purpose_of(connection));
    if (!plain)
        throw std::runtime_error("the tokens of connection " + connection.text() + " cannot be opened");
    return from_json<StoredTokens>(boost::json::parse(*plain));
}

} // namespace xentree
