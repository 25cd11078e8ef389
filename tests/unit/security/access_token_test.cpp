#include "security/access_token.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <sodium.h>

#include "base/text.h"

namespace xentree {
namespace {

namespace json = boost::json;

constexpr Instant noon{Milliseconds(1'777'896'000'000)};
const AccessTokenKey key{"k1", {1, 2, 3}};
const AccessClaims claims{UserId::make(noon), SessionId::make(noon), noon, noon + std::chrono::minutes(15)};

std::string encode(std::string_view text) {
    return encode_base64url({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// A token of any header and payload, with the signature that the key gives it.
std::string forge(const std::string& header, const std::string& payload, const AccessTokenKey& by = key) {
    const std::string text = encode(header) + "." + encode(payload);
    std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> tag;
    crypto_auth_hmacsha256(tag.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                           by.secret.data());
    return text + "." + encode_base64url(tag);
}

json::object good_header() {
    return {{"alg", "HS256"}, {"kid", "k1"}, {"typ", "at+jwt"}};
}
json::object good_payload() {
    const std::int64_t seconds = noon.time_since_epoch().count() / 1000;
    return {{"sub", claims.user.text()},
            {"sid", claims.session.text()},
            {"iat", seconds},
            {"exp", seconds + 900}};
}

bool is_taken(const std::string& token) {
    return verify_access_token(token, key).has_value();
}
bool is_header_taken(const json::object& header) {
    const std::string token = forge(json::serialize(header), json::serialize(good_payload()));
    EXPECT_EQ(is_taken(token), access_token_key_id(token).has_value());
    return is_taken(token);
}
bool is_payload_taken(const json::object& payload) {
    return is_taken(forge(json::serialize(good_header()), json::serialize(payload)));
}

template<class Value>
json::object with(json::object object, std::string_view name, Value value) {
    object[name] = value;
    return object;
}
json::object without(json::object object, std::string_view name) {
    object.erase(name);
    return object;
}

TEST(AccessTokens, what_was_signed_is_verified_with_its_claims) {
    const std::string token = sign_access_token(claims, key);
    EXPECT_EQ(access_token_key_id(token), "k1");
    const auto read = verify_access_token(token, key);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->user, claims.user);
    EXPECT_EQ(read->session, claims.session);
    EXPECT_EQ(read->issued, claims.issued);
    EXPECT_EQ(read->expires, claims.expires);
}

TEST(AccessTokens, two_of_the_same_claims_are_different) {
    EXPECT_NE(sign_access_token(claims, key), sign_access_token(claims, key));
}

TEST(AccessTokens, an_expired_one_is_verified_so_that_it_can_be_told_from_a_false_one) {
    AccessClaims old = claims;
    old.issued = Instant(Seconds(0));
    old.expires = Instant(Seconds(900));
    const auto read = verify_access_token(sign_access_token(old, key), key);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->expires, old.expires);
}

TEST(AccessTokens, the_tests_own_forge_makes_good_ones) {
    EXPECT_TRUE(is_header_taken(good_header()));
    EXPECT_TRUE(is_payload_taken(good_payload()));
}

TEST(AccessTokens, no_algorithm_but_the_servers_own_is_taken) {
    for (const char* algorithm : {"none", "None", "", "hs256", "HS384", "HS512", "RS256", "ES256"})
        EXPECT_FALSE(is_header_taken(with(good_header(), "alg", algorithm))) << algorithm;
    EXPECT_FALSE(is_header_taken(without(good_header(), "alg")));
    EXPECT_FALSE(is_header_taken(with(good_header(), "alg", 256)));
}

TEST(AccessTokens, one_of_alg_none_without_a_signature_is_refused) {
    const std::string payload = encode(json::serialize(good_payload()));
    for (const auto& header : {with(good_header(), "alg", "none"), good_header()})
        EXPECT_FALSE(is_taken(encode(json::serialize(header)) + "." + payload + "."));
}

TEST(AccessTokens, a_token_of_another_type_is_refused) {
    for (const char* type : {"JWT", "jwt", "AT+JWT", "application/at+jwt", ""})
        EXPECT_FALSE(is_header_taken(with(good_header(), "typ", type))) << type;
    EXPECT_FALSE(is_header_taken(without(good_header(), "typ")));
}

TEST(AccessTokens, a_header_with_one_more_member_is_refused) {
    for (const char* name : {"crit", "jku", "jwk", "x5u", "b64", "zip"})
        EXPECT_FALSE(is_header_taken(with(good_header(), name, "x"))) << name;
}

TEST(AccessTokens, the_id_of_the_key_must_be_there_and_be_the_keys) {
    EXPECT_FALSE(is_header_taken(without(good_header(), "kid")));
    EXPECT_FALSE(is_header_taken(with(good_header(), "kid", 1)));
    EXPECT_FALSE(is_taken(sign_access_token(claims, {"k2", key.secret})));
}

TEST(AccessTokens, another_secret_under_the_same_id_does_not_verify) {
    EXPECT_FALSE(is_taken(sign_access_token(claims, {"k1", {3, 2, 1}})));
}

TEST(AccessTokens, a_change_of_any_character_is_noticed) {
    const std::string token = sign_access_token(claims, key);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(is_taken(changed)) << i;
        EXPECT_FALSE(is_taken(token.substr(0, i))) << i;
    }
}

TEST(AccessTokens, parts_of_two_good_ones_do_not_make_a_third) {
    AccessClaims of_another = claims;
    of_another.user = UserId::make(noon);
    const std::string one = sign_access_token(claims, key), two = sign_access_token(of_another, key);
    EXPECT_FALSE(is_taken(one.substr(0, one.rfind('.')) + two.substr(two.rfind('.'))));
}

TEST(AccessTokens, a_good_one_has_no_second_spelling) {
    const std::string token = sign_access_token(claims, key);
    for (const std::string& changed :
         {token + "=", token + ".", token + "A", " " + token, token + "\n", "." + token})
        EXPECT_FALSE(is_taken(changed)) << changed;
    std::string stray = token; // the signature's last character has two bits that mean nothing
    for (const char last :
         std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")) {
        stray.back() = last;
        EXPECT_EQ(is_taken(stray), stray == token);
    }
}

TEST(AccessTokens, claims_that_are_missing_or_of_another_kind_are_refused) {
    for (const char* name : {"sub", "sid", "iat", "exp"}) {
        EXPECT_FALSE(is_payload_taken(without(good_payload(), name))) << name;
        for (const json::value& bad : {json::value(nullptr), json::value(1.5), json::value("x"),
                                       json::value(json::array{}), json::value(18'446'744'073'709'551'615U)})
            EXPECT_FALSE(is_payload_taken(with(good_payload(), name, bad))) << name;
    }
}

TEST(AccessTokens, times_that_no_clock_shows_are_refused) {
    constexpr std::int64_t end_of_9999 = 253'402'300'799;
    EXPECT_TRUE(is_payload_taken(with(good_payload(), "exp", end_of_9999)));
    for (const std::int64_t bad :
         {std::int64_t{-1}, end_of_9999 + 1, std::numeric_limits<std::int64_t>::max()})
        EXPECT_FALSE(is_payload_taken(with(good_payload(), "exp", bad))) << bad;
}

TEST(AccessTokens, what_is_no_token_is_refused) {
    for (const std::string& bad :
         {std::string(), std::string("."), std::string(".."), std::string("..."), std::string("a.b"),
          std::string("a.b.c"), std::string("a.b.c.d"), std::string("x1.") + std::string(43, 'A')}) {
        EXPECT_FALSE(access_token_key_id(bad)) << bad;
        EXPECT_FALSE(is_taken(bad)) << bad;
    }
    for (const char* part : {"[]", "null", "{", "{}", "\"x\"", ""}) {
        EXPECT_FALSE(is_taken(forge(part, json::serialize(good_payload())))) << part;
        EXPECT_FALSE(is_taken(forge(json::serialize(good_header()), part))) << part;
    }
}

TEST(AccessTokens, one_longer_than_4096_bytes_is_not_looked_at) {
    const auto sized = [](std::size_t padding) {
        return forge(json::serialize(good_header()),
                     json::serialize(with(good_payload(), "x", std::string(padding, 'x'))));
    };
    std::size_t padding = 0;
    while (sized(padding + 1).size() <= 4096)
        ++padding;
    EXPECT_TRUE(is_taken(sized(padding)));
    EXPECT_FALSE(is_taken(sized(padding + 1)));
    EXPECT_FALSE(access_token_key_id(sized(padding + 1)));
}

TEST(AccessTokens, depth_past_the_parsers_is_refused) {
    const std::string deep = "{\"alg\":" + std::string(1000, '[') + std::string(1000, ']') + "}";
    EXPECT_FALSE(is_taken(forge(deep, json::serialize(good_payload()))));
}

} // namespace
} // namespace xentree
