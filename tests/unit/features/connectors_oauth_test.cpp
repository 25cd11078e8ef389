#include <gtest/gtest.h>

#include "base/text.h"
#include "features/connectors/id_token.h"
#include "features/connectors/oauth.h"
#include "features/connectors/sealed_tokens.h"

namespace xentree {
namespace {

constexpr Instant noon{Milliseconds(1'777'896'000'000)};
const MasterKey master_key = MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");

std::string id_token(std::string_view claims) {
    const auto payload =
        encode_base64url({reinterpret_cast<const std::uint8_t*>(claims.data()), claims.size()});
    return "e30." + payload + ".c2ln";
}

TEST(OAuth, the_challenge_is_that_of_the_rfc) { // RFC 7636, appendix B
    EXPECT_EQ(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(OAuth, secrets_are_long_and_no_two_are_alike) {
    EXPECT_EQ(make_random_secret().size(), 43u);
    EXPECT_NE(make_random_secret(), make_random_secret());
}

TEST(OAuth, the_parameters_follow_an_address_that_has_some_and_are_encoded) {
    SetClock clock{noon};
    OAuthProvider provider = known_providers().front();
    provider.client_id = "a&b=c";
    provider.authorization_url = "https://issuer.example/auth?tenant=x";
    const OAuthClient client(provider, clock, Seconds(1));
    const auto url = client.authorization_url({"https://a.example/cb", "s", "c"});
    EXPECT_TRUE(url.starts_with("https://issuer.example/auth?tenant=x&response_type=code&client_id=a%26b%3Dc&"
                                "redirect_uri=https%3A%2F%2Fa.example%2Fcb&"))
        << url;
}

TEST(OAuth, an_address_of_mail_comes_from_the_id_token_where_it_is_one) {
    EXPECT_EQ(email_of_id_token(id_token(R"({"email":"Mira@example.com"})")), "Mira@example.com");
    for (const char* claims : {R"({"email":"mira"})", R"({"email":"a@b"})", R"({"email":7})", R"({})", "[]",
                               "no", R"({"email":"a b@example.com"})", R"({"email":"a@-example.com"})"})
        EXPECT_EQ(email_of_id_token(id_token(claims)), std::nullopt) << claims;
    EXPECT_EQ(email_of_id_token(id_token(R"({"email":")" + std::string(250, 'a') + R"(@b.com"})")),
              std::nullopt);
    for (const char* token : {"", ".", "..", "a.b", "a.!.c", "a.b.c"})
        EXPECT_EQ(email_of_id_token(token), std::nullopt) << token;
}

TEST(OAuth, tokens_are_sealed_for_one_connection) {
    const auto mine = ConnectionId::make(noon), other = ConnectionId::make(noon);
    const Blob sealed = seal_tokens(master_key, mine, {"access", "refresh", noon});
    EXPECT_EQ(sealed.bytes.find("access"), std::string::npos);
    const auto opened = open_tokens(master_key, mine, sealed);
    EXPECT_EQ(opened.access_token, "access");
    EXPECT_EQ(opened.refresh_token, "refresh");
    EXPECT_EQ(opened.access_expires, noon);
    EXPECT_THROW(open_tokens(master_key, other, sealed), std::runtime_error);
}

TEST(OAuth, a_consent_is_revoked_by_its_refresh_token_where_there_is_one) {
    EXPECT_EQ((StoredTokens{"access", "refresh", noon}).root(), "refresh");
    EXPECT_EQ((StoredTokens{"access", std::nullopt, noon}).root(), "access");
}

TEST(OAuth, a_provider_without_a_client_is_not_offered) {
    const Providers providers(known_providers());
    EXPECT_THROW(providers.configured(ConnectorProvider::google_calendar), ApiError);
    for (const OAuthProvider& provider : known_providers())
        EXPECT_NE(std::find(provider.scopes.begin(), provider.scopes.end(), provider.needed_scope),
                  provider.scopes.end());
}

} // namespace
} // namespace xentree
