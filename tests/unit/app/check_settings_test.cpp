#include "app/check_settings.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace xentree {
namespace {

using Origins = std::set<std::string, std::less<>>;

std::string refusal(const std::vector<std::pair<std::string, std::string>>& values) {
    Settings settings;
    try {
        for (const auto& [name, value] : values)
            set_setting(settings, name, value);
        check_settings(settings);
        return "";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

std::string refusal(const std::string& name, const std::string& value) {
    return refusal({{name, value}});
}

TEST(CheckedSettings, the_defaults_are_good) {
    EXPECT_NO_THROW(check_settings({}));
}

TEST(CheckedSettings, what_cannot_be_used_is_named_before_anything_is_touched) {
    for (const auto& [name, value] :
         {std::pair("listen", "nowhere"), std::pair("metrics_listen", "127.0.0.1"),
          std::pair("trusted_proxies", "10.0.0.0/33"), std::pair("allowed_origins", "https://a.example/"),
          std::pair("master_key", "short"), std::pair("outbound.proxy", "ftp://proxy.example:21"),
          std::pair("outbound.no_proxy", "10.0.0.0/33"), std::pair("outbound.allow_private", "intranet")})
        EXPECT_NE(refusal(name, value).find(name), std::string::npos) << name << ": " << refusal(name, value);
}

TEST(CheckedSettings, a_connector_is_set_up_whole_or_not_at_all) {
    const std::string id = "connectors.google_calendar.client_id",
                      secret = "connectors.google_calendar.client_secret";
    EXPECT_EQ(refusal({{id, "a"}, {secret, "b"}}), "");
    EXPECT_NE(refusal(id, "a").find(secret), std::string::npos);
    EXPECT_NE(refusal(secret, "b").find(id), std::string::npos);
}

TEST(CheckedSettings, tokens_go_over_tls_or_stay_on_this_machine) {
    for (const char* name : {"authorization_url", "token_url", "revocation_url", "api_url"}) {
        const std::string whole = std::string("connectors.google_calendar.") + name;
        for (const char* good :
             {"https://a.example/x", "http://127.0.0.1:1/x", "http://localhost", "http://[::1]:1"})
            EXPECT_EQ(refusal(whole, good), "") << good;
        for (const char* bad : {"http://a.example/x", "a.example", "ftp://a.example", "https://u:p@a.example",
                                "https://a.example/#x", "https://", "http://localhost.a.example/"})
            EXPECT_NE(refusal(whole, bad).find(whole), std::string::npos) << bad;
    }
}

TEST(CheckedSettings, return_addresses_are_whole_ones) {
    const std::string name = "connectors.redirect_uris";
    EXPECT_EQ(refusal(name, "https://a.example/x?y=1, http://localhost:5173/z"), "");
    for (const char* bad :
         {"a.example", "https://a.example/#x", "javascript:alert(1)", "https://a.example b"})
        EXPECT_NE(refusal(name, bad).find(name), std::string::npos) << bad;
}

TEST(CheckedSettings, what_mail_lacks_is_named) {
    Settings settings;
    const auto says = [&](const std::string& name) {
        try {
            check_settings(settings);
        } catch (const std::runtime_error& error) {
            return std::string(error.what()).find(name) != std::string::npos;
        }
        return name.empty();
    };
    settings.mail.link_base = "https://app.example.com"; // of invitations, without mail
    EXPECT_TRUE(says(""));
    settings.mail.link_base = "app.example.com";
    EXPECT_TRUE(says("mail.link_base"));
    settings.mail.link_base.clear();
    settings.mail.from = "Xentree <no-reply@example.com>";
    EXPECT_TRUE(says("mail.url"));
    settings.mail.url = "smtp://mail.example.com:587";
    EXPECT_TRUE(says("mail.link_base"));
    for (const char* wrong :
         {"app.example.com", "https://", "https://app.example.com/?a=b", "ftp://a.example"}) {
        settings.mail.link_base = wrong;
        EXPECT_TRUE(says("mail.link_base")) << wrong;
    }
    settings.mail.link_base = "https://app.example.com/learn";
    EXPECT_TRUE(says(""));
    settings.mail.user = "me";
    EXPECT_TRUE(says("mail.password"));
    settings.mail.password = "secret";
    EXPECT_TRUE(says(""));
    settings.mail.needs_tls = false; // a password in the clear
    EXPECT_TRUE(says("mail"));
    settings.mail.needs_tls = true;
    settings.mail.from = "nobody";
    EXPECT_TRUE(says("mail"));
    settings.mail.from = "";
    EXPECT_TRUE(says("mail.from"));
}

TEST(CheckedSettings, what_a_provider_lacks_is_named) {
    EXPECT_NE(refusal("provider.local.models", "m").find("provider.local.base_url"), std::string::npos);
    EXPECT_NE(refusal("provider.local.base_url", "http://127.0.0.1:1/v1").find("provider.local.models"),
              std::string::npos);
}

TEST(CheckedSettings, a_kind_with_an_official_host_needs_a_key_there_and_no_address) {
    for (const char* kind : {"anthropic", "gemini"}) {
        const std::pair<std::string, std::string> named{"provider.it.kind", kind};
        const std::pair<std::string, std::string> models{"provider.it.models", "m"};
        EXPECT_NE(refusal({named, models}).find("provider.it.api_key"), std::string::npos);
        EXPECT_EQ(refusal({named, models, {"provider.it.api_key", "k"}}), "");
        EXPECT_EQ(refusal({named, models, {"provider.it.base_url", "http://127.0.0.1:1"}}), "");
        EXPECT_EQ(refusal({named, models, {"provider.it.api_key", "k"}, {"provider.it.max_tokens", "9"}}),
                  "");
    }
    const auto limited = refusal({{"provider.it.base_url", "http://127.0.0.1:1"},
                                  {"provider.it.models", "m"},
                                  {"provider.it.max_tokens", "9"}});
    EXPECT_NE(limited.find("provider.it.max_tokens"), std::string::npos);
    EXPECT_NE(refusal("provider.it.kind", "cohere").find("openai, anthropic, gemini"), std::string::npos);
}

TEST(CheckedSettings, a_key_that_is_none_is_not_shown) {
    EXPECT_EQ(refusal("master_key", "mySecretKey").find("mySecretKey"), std::string::npos);
}

TEST(Origins, they_are_apart_by_commas_or_spaces) {
    EXPECT_EQ(parse_origins("https://a.example, http://localhost:5173 https://[::1]:8080"),
              (Origins{"https://a.example", "http://localhost:5173", "https://[::1]:8080"}));
    EXPECT_EQ(parse_origins("*"), Origins{"*"});
    EXPECT_EQ(parse_origins(" , "), Origins());
}

TEST(Origins, what_a_browser_would_never_send_is_refused) {
    for (const char* bad :
         {"a.example", "https://a.example/", "https://A.example", "ftp://a.example", "https://",
          "https://*.a.example", "https://a.example:", "https://u@a.example", "null"})
        EXPECT_THROW(parse_origins(bad), std::runtime_error) << bad;
}

} // namespace
} // namespace xentree
