#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

extern "C" {
typedef struct evp_pkey_st EVP_PKEY;
}

namespace xentree {

// RSA keys of 2048 bits and signatures RS256 (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518, section 3.3). Both
// kinds of key are handles to something immutable: copies are cheap. Any thread. Each throws
// std::runtime_error where OpenSSL fails, which no input from outside causes.

class RsaPublicKey {
  public:
    // From a DER SubjectPublicKeyInfo. Nothing where it is none of an RSA key of 2048 to 8192 bits.
    static std::optional<RsaPublicKey> from_der(std::string_view der);

    std::string der() const;         // the SubjectPublicKeyInfo
    std::string n() const;           // modulus, unsigned big endian in base64url: the members of a JWK
    std::string e() const;           // exponent, likewise
    std::string fingerprint() const; // SHA-256 of der(), 64 hexadecimal digits in lower case

    bool verifies(std::string_view text, std::string_view signature) const;

  private:
    friend class RsaKey;
    explicit RsaPublicKey(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)) {}
    std::shared_ptr<EVP_PKEY> key_;
};

class RsaKey {
  public:
    // Takes about 100 ms, at times a second: not for an I/O thread.
    static RsaKey generate();
    // From a DER PKCS#8 PrivateKeyInfo. Nothing where it is none of an RSA key.
    static std::optional<RsaKey> from_der(std::string_view der);

    std::string der() const; // PKCS#8: a secret
    RsaPublicKey public_key() const;

    // 256 bytes; the same for the same text. Takes about a millisecond: not for an I/O thread.
    std::string sign(std::string_view text) const;

  private:
    explicit RsaKey(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)) {}
    std::shared_ptr<EVP_PKEY> key_;
};

} // namespace xentree
