#include "dispatching.h"

namespace xentree::test {
namespace {

TEST_F(Dispatching, an_integration_token_opens_what_is_marked_for_its_scope) {
    EXPECT_EQ(outcome({.target = "/granted", .headers = bearer("grant notes:look")}), "204");
    EXPECT_EQ(outcome({.target = "/granted", .headers = bearer("grant notes:read")}), "403 forbidden");
    EXPECT_EQ(outcome({.target = "/granted", .headers = bearer("user")}), "204");
}

TEST_F(Dispatching, an_integration_token_opens_nothing_else) {
    for (const char* target : {"/scoped", "/notes", "/admin/scoped"})
        EXPECT_EQ(outcome({.target = target, .headers = bearer("grant notes:read")}), "403 forbidden")
            << target;
    EXPECT_EQ(outcome({.method = "POST", .target = "/admin/notes", .headers = bearer("grant notes:look")}),
              "403 forbidden");
    EXPECT_EQ(handled, 0);
}

TEST_F(Dispatching, a_refused_scope_is_named) {
    const Answer answer = ask({.target = "/granted", .headers = bearer("grant notes:read")});
    EXPECT_NE(answer.body.find("notes:look"), std::string::npos);
}

TEST_F(Dispatching, the_origin_of_a_token_comes_before_its_scope) {
    const auto headers = with(bearer("grant notes:read"), "Origin", "https://elsewhere.example");
    EXPECT_EQ(outcome({.target = "/granted", .headers = headers}), "403 wrong_origin");
}

TEST_F(Dispatching, an_integration_token_counts_for_its_user) {
    options.caller_limit.quota = 1;
    EXPECT_EQ(outcome({.target = "/granted", .headers = bearer("grant notes:look")}), "204");
    EXPECT_EQ(outcome({.target = "/granted", .headers = bearer("user")}), "429 rate_limited");
    EXPECT_EQ(authenticator.uses, 0);
}

} // namespace
} // namespace xentree::test
