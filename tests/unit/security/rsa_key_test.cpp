#include "security/rsa_key.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "security/digest.h"

namespace xentree {
namespace {

const RsaKey& key() {
    static const RsaKey key = RsaKey::generate();
    return key;
}

TEST(RsaKey, what_it_signs_verifies_with_its_public_half) {
    const std::string signature = key().sign("text");
    EXPECT_EQ(signature.size(), 256u);
    EXPECT_TRUE(key().public_key().verifies("text", signature));
    EXPECT_FALSE(key().public_key().verifies("Text", signature));
    EXPECT_FALSE(RsaKey::generate().public_key().verifies("text", signature));
}

TEST(RsaKey, a_changed_cut_or_lengthened_signature_does_not_verify) {
    const RsaPublicKey half = key().public_key();
    std::string signature = key().sign("text");
    EXPECT_FALSE(half.verifies("text", ""));
    EXPECT_FALSE(half.verifies("text", signature.substr(1)));
    EXPECT_FALSE(half.verifies("text", signature + '\0'));
    EXPECT_FALSE(half.verifies("text", std::string(256, '\xff')));
    signature[100] ^= 1;
    EXPECT_FALSE(half.verifies("text", signature));
}

TEST(RsaKey, the_same_text_has_the_same_signature_also_after_the_key_was_stored) {
    const auto stored = RsaKey::from_der(key().der());
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->sign("text"), key().sign("text"));
    EXPECT_EQ(stored->public_key().fingerprint(), key().public_key().fingerprint());
}

TEST(RsaKey, its_public_half_has_no_way_to_the_private_one) {
    const RsaPublicKey half = key().public_key();
    EXPECT_FALSE(RsaKey::from_der(half.der()));
    EXPECT_EQ(half.der().find(key().der().substr(600, 64)), std::string::npos);
}

TEST(RsaKey, n_and_e_are_those_of_a_jwk) {
    const RsaPublicKey half = key().public_key();
    const auto modulus = decode_base64url(half.n());
    ASSERT_TRUE(modulus);
    EXPECT_EQ(modulus->size(), 256u);
    EXPECT_NE(half.der().find(*modulus), std::string::npos);
    EXPECT_EQ(half.e(), "AQAB");
}

TEST(RsaKey, the_fingerprint_is_the_sha256_of_the_subject_public_key_info) {
    const RsaPublicKey half = key().public_key();
    const std::string text = half.fingerprint();
    ASSERT_EQ(text.size(), 64u);
    const auto digest = sha256(half.der());
    for (std::size_t i = 0; i < digest.size(); ++i)
        EXPECT_EQ(std::stoul(text.substr(2 * i, 2), nullptr, 16), digest[i]);
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(RsaKey, a_public_key_is_read_whole_or_not_at_all) {
    const std::string der = key().public_key().der();
    ASSERT_TRUE(RsaPublicKey::from_der(der));
    EXPECT_EQ(RsaPublicKey::from_der(der)->der(), der);
    EXPECT_FALSE(RsaPublicKey::from_der(der + "x"));
    EXPECT_FALSE(RsaPublicKey::from_der(der.substr(0, der.size() - 1)));
    EXPECT_FALSE(RsaPublicKey::from_der(""));
    EXPECT_FALSE(RsaPublicKey::from_der(key().der()));
}

// openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 | openssl pkey -pubout -outform DER
TEST(RsaKey, a_short_key_is_none) {
    const auto der =
        decode_base64url("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDcLNxyI5RwHhj9uBV0yZNW7Zjcy-1BMZq-"
                         "ARIZ04zaVSWa9uoR_S7wJFAiw8dniDuHM7kk1qLT2GupluFYzjYoDHgTwG-4zB8_cM2TLQ-"
                         "HUv8DcD15397a-4ZVZLO_008wMnyAxDC_8QrAALUPBAwvwBYlpZP0qSgpweW89aaLTQIDAQAB");
    ASSERT_TRUE(der);
    EXPECT_FALSE(RsaPublicKey::from_der(*der));
}

// openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | openssl pkey -pubout -outform DER
TEST(RsaKey, a_key_of_another_kind_is_none) {
    const auto der = decode_base64url(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENdFDIVaUtiUTVfNFPmqZMGiYXPs7HfAl8EvN0M3BR0NWRbTQIycogpMVU1RX"
        "UZMYfyuk6J-ohjYspNKRrh8W1g");
    ASSERT_TRUE(der);
    EXPECT_FALSE(RsaPublicKey::from_der(*der));
}

} // namespace
} // namespace xentree
