// First line: a token's header; second: its claims; these two are signed with the right key. The rest: a
// token as a stranger may send it.
#include <sodium.h>

#include "base/text.h"
#include "fuzz.h"
#include "security/access_token.h"

namespace xentree::fuzz {
namespace {

AccessTokenKey key() {
    AccessTokenKey key{"2026-05", {}};
    key.secret.fill(7);
    return key;
}

std::string encode(std::string_view text) {
    return encode_base64url({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string sign(std::string_view header, std::string_view claims) {
    const std::string text = encode(header) + '.' + encode(claims);
    std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> tag;
    crypto_auth_hmacsha256(tag.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                           key().secret.data());
    return text + '.' + encode_base64url(tag);
}

bool is_same(const AccessClaims& one, const AccessClaims& other) {
    return one.user == other.user && one.session == other.session && one.issued == other.issued &&
           one.expires == other.expires;
}

void try_signed(std::string_view header, std::string_view claims) {
    const std::string token = sign(header, claims);
    const auto read = verify_access_token(token, key());
    if (!read)
        return;
    require(access_token_key_id(token) == key().id, "a token that is good names its key");
    const auto again = verify_access_token(sign_access_token(*read, key()), key());
    require(again && is_same(*again, *read), "claims signed again are the same claims");
    AccessTokenKey other = key();
    other.secret[31] ^= 1;
    require(!verify_access_token(token, other), "another secret opens no token");
    for (const std::size_t place : {token.find('.') - 1, token.rfind('.') - 1, token.size() - 2}) {
        std::string changed = token;
        changed[place] = changed[place] == 'A' ? 'B' : 'A';
        require(!verify_access_token(changed, key()), "a changed token is not good");
    }
}

// Nobody but this server can sign, so no input of the fuzzer is a good token.
void try_foreign(std::string_view token) {
    require(!verify_access_token(token, key()), "a foreign token is not good");
    require(access_token_key_id(token) == access_token_key_id(token), "a token always names the same key");
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
