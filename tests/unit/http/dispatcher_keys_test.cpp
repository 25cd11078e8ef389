#include "dispatching.h"

namespace xentree::test {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

Headers key(const std::string& text) {
    return {{"X-API-Key", text}};
}

TEST_F(Dispatching, a_key_opens_the_operations_of_its_scopes) {
    EXPECT_EQ(outcome({.target = "/scoped", .headers = key("reader")}), "204");
    EXPECT_EQ(outcome({.target = "/scoped", .headers = key(" reader ")}), "204");
    EXPECT_EQ(outcome({.method = "POST", .target = "/scoped", .headers = key("reader")}),
              "403 INSUFFICIENT_API_KEY_SCOPE");
    EXPECT_EQ(outcome({.method = "POST", .target = "/scoped", .headers = key("root")}), "204");
}

TEST_F(Dispatching, a_missing_scope_is_told_with_those_there_are) {
    const Answer answer = ask({.method = "POST", .target = "/scoped", .headers = key("reader")});
    const auto detail = json::parse(answer.body).at("detail");
    EXPECT_EQ(detail.at("required_scope"), "notes:write");
    EXPECT_EQ(detail.at("granted_scopes"), json::array{"notes:read"});
}

TEST_F(Dispatching, the_kind_of_credential_comes_before_the_role_and_the_scope_too) {
    EXPECT_EQ(outcome({.method = "POST", .target = "/admin/notes", .headers = key("reader")}),
              "403 bearer_required");
    EXPECT_EQ(outcome({.target = "/admin/scoped", .headers = key("reader")}), "403 admin_required");
    EXPECT_EQ(outcome({.target = "/admin/scoped", .headers = key("root")}), "204");
    EXPECT_EQ(outcome({.target = "/admin/scoped", .headers = bearer("user")}), "403 admin_required");
}

TEST_F(Dispatching, a_scope_asks_nothing_of_a_session) {
    EXPECT_EQ(outcome({.method = "POST", .target = "/scoped", .headers = bearer("user")}), "204");
}

TEST_F(Dispatching, beside_a_bearer_token_the_key_is_not_looked_at) {
    EXPECT_EQ(outcome({.target = "/scoped", .headers = with(bearer("user"), "X-API-Key", "wrong")}), "204");
    EXPECT_EQ(outcome({.target = "/scoped", .headers = with(bearer("forged"), "X-API-Key", "reader")}),
              "401 invalid_token");
    EXPECT_EQ(outcome({.target = "/scoped", .headers = with(key("reader"), "Authorization", "Basic eDp5")}),
              "204");
}

TEST_F(Dispatching, two_keys_are_none) {
    EXPECT_EQ(outcome({.target = "/scoped", .headers = with(key("reader"), "X-API-Key", "reader")}),
              "401 invalid_api_key");
    EXPECT_EQ(authenticator.asked, 0);
}

TEST_F(Dispatching, a_key_counts_for_itself_and_for_its_maker) {
    options.key_limit.quota = 2;
    options.caller_limit.quota = 3;
    const Ask by_key{.target = "/scoped", .headers = key("reader")};
    EXPECT_EQ(outcome(by_key), "204");
    EXPECT_EQ(outcome(by_key), "204");
    EXPECT_EQ(outcome(by_key), "429 rate_limited");
    EXPECT_EQ(authenticator.uses, 2);
    // The refused one counted for the maker, since his limit comes first.
    EXPECT_EQ(outcome({.target = "/scoped", .headers = bearer("user")}), "429 rate_limited");
    EXPECT_EQ(outcome({.target = "/scoped", .headers = bearer("other")}), "204");
}

} // namespace
} // namespace xentree::test
