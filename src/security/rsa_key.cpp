#include "security/rsa_key.h"

#include <fmt/ranges.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdexcept>
#include <vector>

#include "base/text.h"
#include "security/digest.h"

namespace xentree {

namespace {

constexpr int new_key_bits = 2048;
constexpr int least_bits = 2048;
constexpr int most_bits = 8192;

[[noreturn]] void fail(const char* step) {
    const auto code = ERR_get_error();
    ERR_clear_error();
    const char* const reason = code ? ERR_reason_error_string(code) : nullptr;
    throw std::runtime_error(fmt::format("RSA: {} failed: {}", step, reason ? reason : "no reason told"));
}

template<class T, void (*Free)(T*)>
struct Freed {
    void operator()(T* object) const { Free(object); }
};
using Context = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BIGNUM, BN_free>>;
using PrivateKeyInfo =
    std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freed<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>>;

std::shared_ptr<EVP_PKEY> owned(EVP_PKEY* key) {
    return {key, EVP_PKEY_free};
}

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_fit(EVP_PKEY* key) {
    return key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= least_bits &&
           EVP_PKEY_get_bits(key) <= most_bits;
}

// One of OpenSSL's functions that write DER: told no place they answer the length.
template<class T>
std::string encoded(int (*write)(T*, unsigned char**), T* object) {
    const int length = write(object, nullptr);
    if (length <= 0)
        fail("encoding a key");
    std::string der(static_cast<std::size_t>(length), '\0');
    auto* place = reinterpret_cast<unsigned char*>(der.data());
    if (write(object, &place) != length)
        fail("encoding a key");
    return der;
}

std::string number_of(EVP_PKEY* key, const char* name) {
    BIGNUM* found = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &found) != 1)
        fail("reading a key");
    const Number number(found);
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(BN_num_bytes(number.get())));
    BN_bn2bin(number.get(), bytes.data());
    return encode_base64url(bytes);
}

} // namespace

std::optional<RsaPublicKey> RsaPublicKey::from_der(std::string_view der) {
    const unsigned char* place = as_bytes(der);
    auto key = owned(d2i_PUBKEY(nullptr, &place, static_cast<long>(der.size())));
    ERR_clear_error();
    if (!is_fit(key.get()) || place != as_bytes(der) + der.size())
        return std::nullopt;
    return RsaPublicKey(std::move(key));
}

std::string RsaPublicKey::der() const {
    return encoded<const EVP_PKEY>(i2d_PUBKEY, key_.get());
}

std::string RsaPublicKey::n() const {
    return number_of(key_.get(), OSSL_PKEY_PARAM_RSA_N);
}

std::string RsaPublicKey::e() const {
    return number_of(key_.get(), OSSL_PKEY_PARAM_RSA_E);
}

std::string RsaPublicKey::fingerprint() const {
    const auto digest = sha256(der());
    return fmt::format("{:02x}", fmt::join(digest, ""));
}

bool RsaPublicKey::verifies(std::string_view text, std::string_view signature) const {
    const Context context(EVP_MD_CTX_new());
    if (!context || EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1)
        fail("verifying");
    const bool holds = EVP_DigestVerify(context.get(), as_bytes(signature), signature.size(), as_bytes(text),
                                        text.size()) == 1;
    if (!holds)
        ERR_clear_error();
    return holds;
}

RsaKey RsaKey::generate() {
    auto key = owned(EVP_RSA_gen(new_key_bits));
    if (!key)
        fail("making a key");
    return RsaKey(std::move(key));
}

std::optional<RsaKey> RsaKey::from_der(std::string_view der) {
    const unsigned char* place = as_bytes(der);
    const PrivateKeyInfo info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &place, static_cast<long>(der.size())));
    auto key = owned(info ? EVP_PKCS82PKEY(info.get()) : nullptr);
    ERR_clear_error();
    return is_fit(key.get()) ? std::optional(RsaKey(std::move(key))) : std::nullopt;
}

std::string RsaKey::der() const {
    const PrivateKeyInfo info(EVP_PKEY2PKCS8(key_.get()));
    if (!info)
        fail("encoding a key");
    return encoded<const PKCS8_PRIV_KEY_INFO>(i2d_PKCS8_PRIV_KEY_INFO, info.get());
}

RsaPublicKey RsaKey::public_key() const {
    // A key of its own: whoever has it has no way to the private half.
    auto key = RsaPublicKey::from_der(encoded<const EVP_PKEY>(i2d_PUBKEY, key_.get()));
    if (!key)
        fail("taking the public half of a key");
    return *std::move(key);
}

std::string RsaKey::sign(std::string_view text) const {
    const Context context(EVP_MD_CTX_new());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1)
        fail("signing");
    std::size_t length = static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
    std::string signature(length, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                       as_bytes(text), text.size()) != 1)
        fail("signing");
    signature.resize(length);
    return signature;
}

} // namespace xentree
