// First line: a token's header; second: its claims; these two are signed with the right key. The rest: a
// token as a stranger may send it.
#include "security/integration_token.h"
#include "base/text.h"
#include "fuzz.h"

namespace xentree::fuzz {
namespace {

const RsaKey& key() {
    static const RsaKey key = RsaKey::generate();
    return key;
}

const RsaPublicKey& public_key() {
    static const RsaPublicKey half = key().public_key();
    return half;
}

std::string encode(std::string_view text) {
    return encode_base64url({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string sign(std::string_view header, std::string_view claims) {
    const std::string text = encode(header) + '.' + encode(claims);
    return text + '.' + encode(key().sign(text));
}

bool is_same(const IntegrationClaims& one, const IntegrationClaims& other) {
    return one.iss == other.iss && one.sub == other.sub && one.user_id == other.user_id &&
           one.key_id == other.key_id && one.tenant_id == other.tenant_id && one.mode == other.mode &&
           one.origin == other.origin && one.scopes == other.scopes && one.jti == other.jti &&
           one.iat == other.iat && one.exp == other.exp;
}

void try_signed(std::string_view header, std::string_view claims) {
    const std::string token = sign(header, claims);
    const auto read = read_integration_token(token);
    if (!read)
        return;
    require(is_integration_token_form(token), "what is read says that it is one");
    require(verify_integration_token(*read, public_key()), "what was signed verifies");
    require(read->claims.exp > read->claims.iat, "it expires after it was issued");
    require(!read->claims.scopes.empty() && read->claims.scopes.size() <= 20, "it has some scopes");
    const std::string signed_again = sign_integration_token(read->claims, read->kid, key());
    require(signed_again == sign_integration_token(read->claims, read->kid, key()),
            "it is the same each time");
    const auto again = read_integration_token(signed_again);
    require(again && again->kid == read->kid && is_same(again->claims, read->claims),
            "claims signed again are the same claims");
    for (const std::size_t place : {token.find('.') - 1, token.rfind('.') - 1, token.size() - 2}) {
        std::string changed = token;
        changed[place] = changed[place] == 'A' ? 'B' : 'A';
        const auto other = read_integration_token(changed);
        require(!other || !verify_integration_token(*other, public_key()), "a changed token is not good");
    }
}

// Nobody but this server can sign, so no input of the fuzzer is a good token.
void try_foreign(std::string_view token) {
    const auto read = read_integration_token(token);
    if (!read)
        return;
    require(is_integration_token_form(token), "what is read says that it is one");
    require(!verify_integration_token(*read, public_key()), "a foreign token is not good");
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree::fuzz;
    Lines lines(as_text(data, size));
    const auto header = lines.next();
    const auto claims = lines.next();
    try_signed(header, claims);
    try_foreign(lines.rest());
    return 0;
}
