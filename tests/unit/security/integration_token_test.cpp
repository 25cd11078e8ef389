#include "security/integration_token.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/text.h"

namespace xentree {
namespace {

namespace json = boost::json;

const RsaKey& key() {
    static const RsaKey key = RsaKey::generate();
    return key;
}

constexpr Instant noon{Milliseconds(1'777'896'000'000)};
constexpr const char* kid = "2026-05-04-0a1b2c3d";

IntegrationClaims claims() {
    IntegrationClaims claims;
    claims.iss = "https://api.xentree.example";
    claims.sub = "learner-4711";
    claims.user_id = UserId::make(noon);
    claims.tenant_id = OrganizationId::make(noon);
    claims.mode = IntegrationMode::embed;
    claims.origin = "https://partner.example.com";
    claims.scopes = {"profile:read", "quota:read"};
    claims.jti = IntegrationTokenId::make(noon);
    claims.iat = noon;
    claims.exp = noon + Seconds(120);
    return claims;
}

std::string encode(std::string_view text) {
    return encode_base64url({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string part(const std::string& token, int number) {
    std::size_t begin = 0;
    for (int i = 0; i < number; ++i)
        begin = token.find('.', begin) + 1;
    return token.substr(begin, token.find('.', begin) - begin);
}

json::object object_of(const std::string& token, int number) {
    return json::parse(*decode_base64url(part(token, number))).as_object();
}

// Signed as it stands, whatever is in it.
std::string sign(std::string_view header, std::string_view payload) {
    const std::string text = encode(header) + '.' + encode(payload);
    return text + '.' + encode(key().sign(text));
}

const std::string usual_header = R"({"alg":"RS256","kid":"k","typ":"xentree-integration+jwt"})";

json::object usual_claims() {
    return object_of(sign_integration_token(claims(), kid, key()), 1);
}

bool reads(const json::object& payload) {
    return read_integration_token(sign(usual_header, json::serialize(payload))).has_value();
}

bool reads_with(std::string_view member, json::value value) {
    json::object payload = usual_claims();
    payload[member] = std::move(value);
    return reads(payload);
}

bool reads_header(std::string_view header) {
    return read_integration_token(sign(header, json::serialize(usual_claims()))).has_value();
}

TEST(IntegrationToken, what_was_signed_is_read_again) {
    IntegrationClaims wanted = claims();
    wanted.key_id = ApiKeyId::make(noon);
    wanted.sub = "učenik \"4711\"\n";
    const std::string token = sign_integration_token(wanted, kid, key());
    const auto read = read_integration_token(token);
    ASSERT_TRUE(read);
    EXPECT_TRUE(verify_integration_token(*read, key().public_key()));
    EXPECT_EQ(read->kid, kid);
    EXPECT_EQ(read->claims.iss, wanted.iss);
    EXPECT_EQ(read->claims.sub, wanted.sub);
    EXPECT_EQ(read->claims.user_id, wanted.user_id);
    EXPECT_EQ(read->claims.key_id, wanted.key_id);
    EXPECT_EQ(read->claims.tenant_id, wanted.tenant_id);
    EXPECT_EQ(read->claims.mode, wanted.mode);
    EXPECT_EQ(read->claims.origin, wanted.origin);
    EXPECT_EQ(read->claims.scopes, wanted.scopes);
    EXPECT_EQ(read->claims.jti, wanted.jti);
    EXPECT_EQ(read->claims.iat, wanted.iat);
    EXPECT_EQ(read->claims.exp, wanted.exp);
}

TEST(IntegrationToken, header_and_claims_are_those_of_the_contract) {
    IntegrationClaims given = claims();
    const std::string token = sign_integration_token(given, kid, key());
    EXPECT_EQ(object_of(token, 0),
              (json::object{{"alg", "RS256"}, {"kid", kid}, {"typ", "xentree-integration+jwt"}}));
    EXPECT_EQ(object_of(token, 1), (json::object{{"iss", "https://api.xentree.example"},
                                                 {"sub", "learner-4711"},
                                                 {"user_id", given.user_id.text()},
                                                 {"aud", "https://partner.example.com"},
                                                 {"tenant_id", given.tenant_id.text()},
                                                 {"mode", "embed"},
                                                 {"origin", "https://partner.example.com"},
                                                 {"scopes", json::array{"profile:read", "quota:read"}},
                                                 {"jti", given.jti.text()},
                                                 {"iat", 1'777'896'000},
                                                 {"nbf", 1'777'896'000},
                                                 {"exp", 1'777'896'120}}));
    given.key_id = ApiKeyId::make(noon);
    EXPECT_EQ(object_of(sign_integration_token(given, kid, key()), 1).at("key_id").as_string(),
              given.key_id->text());
}

TEST(IntegrationToken, the_same_claims_and_key_give_the_same_token) {
    const IntegrationClaims given = claims();
    EXPECT_EQ(sign_integration_token(given, kid, key()), sign_integration_token(given, kid, key()));
}

TEST(IntegrationToken, a_change_anywhere_is_noticed) {
    const std::string token = sign_integration_token(claims(), kid, key());
    for (std::size_t place = 0; place < token.size(); ++place) {
        std::string changed = token;
        changed[place] = changed[place] == 'A' ? 'B' : 'A';
        const auto read = read_integration_token(changed);
        EXPECT_FALSE(read && verify_integration_token(*read, key().public_key())) << place;
    }
}

TEST(IntegrationToken, another_key_verifies_nothing) {
    const auto read = read_integration_token(sign_integration_token(claims(), kid, key()));
    EXPECT_FALSE(verify_integration_token(*read, RsaKey::generate().public_key()));
}

TEST(IntegrationToken, the_longest_claims_fit) {
    IntegrationClaims given = claims();
    given.iss = "https://" + std::string(292, 'a');
    given.sub = std::string(200, '\x01');
    given.origin = "https://" + std::string(286, 'a') + ":65535";
    given.scopes.assign(integration_scopes.begin(), integration_scopes.end());
    given.key_id = ApiKeyId::make(noon);
    EXPECT_TRUE(read_integration_token(sign_integration_token(given, std::string(64, 'k'), key())));
    given.sub.clear();
    for (int i = 0; i < 200; ++i)
        given.sub += "\xf0\x9f\x8e\x93";
    EXPECT_TRUE(read_integration_token(sign_integration_token(given, std::string(64, 'k'), key())));
}

TEST(IntegrationToken, no_other_header_is_taken) {
    EXPECT_TRUE(reads_header(usual_header));
    for (const char* header : {
             R"({"alg":"none","kid":"k","typ":"xentree-integration+jwt"})",
             R"({"alg":"HS256","kid":"k","typ":"xentree-integration+jwt"})",
             R"({"alg":"rs256","kid":"k","typ":"xentree-integration+jwt"})",
             R"({"alg":"RS512","kid":"k","typ":"xentree-integration+jwt"})",
             R"({"alg":["RS256"],"kid":"k","typ":"xentree-integration+jwt"})",
             R"({"alg":"RS256","kid":"k","typ":"at+jwt"})",
             R"({"alg":"RS256","kid":"k","typ":"JWT"})",
             R"({"alg":"RS256","kid":"k"})",
             R"({"alg":"RS256","typ":"xentree-integration+jwt"})",
             R"({"kid":"k","typ":"xentree-integration+jwt"})",
             R"({"alg":"RS256","kid":"","typ":"xentree-integration+jwt"})",
             R"({"alg":"RS256","kid":"a b","typ":"xentree-integration+jwt"})",
             R"({"alg":"RS256","kid":"../k","typ":"xentree-integration+jwt"})",
             R"({"alg":"RS256","kid":7,"typ":"xentree-integration+jwt"})",
             R"({"alg":"RS256","kid":"k","typ":"xentree-integration+jwt","crit":["exp"]})",
             R"({"alg":"RS256","kid":"k","typ":"xentree-integration+jwt","jwk":{"kty":"RSA"}})",
             R"({"alg":"RS256","kid":"k","typ":"xentree-integration+jwt","jku":"https://evil.example"})",
             R"({"alg":"RS256","kid":"k","typ":"xentree-integration+jwt","x5u":"https://evil.example"})",
             R"(["RS256","k","xentree-integration+jwt"])",
             R"({"alg":"RS256","kid":"k","typ":"xentree-integration+jwt")",
             "",
         })
        EXPECT_FALSE(reads_header(header)) << header;
    EXPECT_FALSE(reads_header(R"({"alg":"RS256","kid":")" + std::string(65, 'k') +
                              R"(","typ":"xentree-integration+jwt"})"));
}

TEST(IntegrationToken, a_claim_that_is_missing_or_too_many_is_refused) {
    ASSERT_TRUE(reads(usual_claims()));
    for (const auto& member : usual_claims()) {
        json::object payload = usual_claims();
        payload.erase(member.key());
        EXPECT_FALSE(reads(payload)) << member.key();
        EXPECT_FALSE(reads_with(member.key(), nullptr)) << member.key();
        EXPECT_FALSE(reads_with(member.key(), json::array{member.value()})) << member.key();
    }
    EXPECT_FALSE(reads_with("admin", true));
    EXPECT_FALSE(reads_with("key_id", "no id"));
    EXPECT_FALSE(reads_with("key_id", nullptr));
}

TEST(IntegrationToken, claims_have_their_bounds) {
    EXPECT_FALSE(reads_with("iss", ""));
    EXPECT_FALSE(reads_with("iss", json::string(301, 'a')));
    EXPECT_FALSE(reads_with("sub", ""));
    EXPECT_FALSE(reads_with("sub", json::string(201, 'a')));
    EXPECT_FALSE(reads_with("user_id", "no id"));
    EXPECT_FALSE(reads_with("tenant_id", "no id"));
    EXPECT_FALSE(reads_with("jti", "no id"));
    EXPECT_FALSE(reads_with("mode", "admin"));
    EXPECT_FALSE(reads_with("aud", "https://other.example.com"));
    EXPECT_FALSE(reads_with("origin", "https://other.example.com"));
    EXPECT_FALSE(reads_with("scopes", json::array{}));
    EXPECT_FALSE(reads_with("scopes", json::array{"profile:write"}));
    EXPECT_FALSE(reads_with("scopes", json::array{"profile:read", "profile:read"}));
    EXPECT_FALSE(reads_with("scopes", json::array{7}));
    EXPECT_FALSE(reads_with("scopes", json::array{json::array{"profile:read"}}));
    EXPECT_FALSE(reads_with("iat", -1));
    EXPECT_FALSE(reads_with("iat", 1'777'896'000.5));
    EXPECT_FALSE(reads_with("nbf", 1'777'896'001));
    EXPECT_FALSE(reads_with("exp", 1'777'896'000));
    EXPECT_FALSE(reads_with("exp", 1'777'895'999));
    EXPECT_FALSE(reads_with("exp", 253'402'300'800));
    EXPECT_FALSE(reads_with("exp", "1777896120"));
    EXPECT_TRUE(reads_with("exp", 253'402'300'799));
}

TEST(IntegrationToken, an_origin_has_the_form_of_the_contract) {
    const auto reads_origin = [](const std::string& origin) {
        json::object payload = usual_claims();
        payload["origin"] = origin;
        payload["aud"] = origin;
        return reads(payload);
    };
    for (const char* origin :
         {"https://a", "https://A.example:8443", "https://[2001:db8::1]", "https://[2001:db8::1]:8443",
          "http://localhost", "http://localhost:3000", "https://xn--bcher-kva.example"})
        EXPECT_TRUE(reads_origin(origin)) << origin;
    for (const char* origin : {"",
                               "https://",
                               "https://:443",
                               "http://example.com",
                               "https://a/",
                               "https://a/path",
                               "https://a?q",
                               "https://*.example.com ",
                               "https://*",
                               "https://a:",
                               "https://a:123456",
                               "https://a:80:80",
                               "https://[]",
                               "https://[::1",
                               "https://[g::1]",
                               "http://localhost.example.com",
                               "http://localhost/",
                               "HTTPS://example.com",
                               "https://user@example.com",
                               "https://b\xc3\xbc"
                               "cher.example",
                               "null",
                               "ftp://example.com",
                               "https://a b"})
        EXPECT_FALSE(reads_origin(origin)) << origin;
}

TEST(IntegrationToken, it_has_three_parts_of_base64url_without_padding) {
    const std::string token = sign_integration_token(claims(), kid, key());
    const auto unsigned_part = token.substr(0, token.rfind('.'));
    for (const std::string& text :
         {std::string(), std::string("."), std::string(".."), unsigned_part, unsigned_part + '.', token + '.',
          '.' + token, token + ".x", token + '=', ' ' + token, token + '\n'})
        EXPECT_FALSE(read_integration_token(text)) << text;
}

TEST(IntegrationToken, a_megabyte_of_claims_is_refused_by_its_length) {
    json::object payload = usual_claims();
    payload["sub"] = std::string(1 << 20, 'a');
    const std::string token = sign(usual_header, json::serialize(payload));
    EXPECT_FALSE(read_integration_token(token));
    EXPECT_FALSE(is_integration_token_form(token));
    EXPECT_FALSE(reads_with("nested", json::parse(R"([[[[[["deep"]]]]]])")));
}

TEST(IntegrationToken, it_is_told_from_other_tokens_by_its_type_alone) {
    EXPECT_TRUE(is_integration_token_form(sign_integration_token(claims(), kid, key())));
    EXPECT_TRUE(
        is_integration_token_form(encode(R"({"typ":"xentree-integration+jwt","alg":"none"})") + ".x.y"));
    EXPECT_FALSE(is_integration_token_form(encode(R"({"alg":"HS256","kid":"k","typ":"at+jwt"})") + ".x.y"));
    EXPECT_FALSE(is_integration_token_form(encode(R"({"alg":"RS256","kid":"k"})") + ".x.y"));
    EXPECT_FALSE(is_integration_token_form("xentree-integration+jwt"));
    EXPECT_FALSE(is_integration_token_form(""));
    EXPECT_FALSE(is_integration_token_form(std::string(5000, 'A')));
}

} // namespace
} // namespace xentree
