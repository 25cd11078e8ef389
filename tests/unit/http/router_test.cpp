#include "http/router.h"

#include <gtest/gtest.h>

#include "contracts.h"

namespace xentree {
namespace {

using test::ContractText;

// A router over GET operations with these paths; each operation's id is its path.
class Routes {
  public:
    explicit Routes(const std::vector<std::string>& paths) : contract_(text(paths).load()), api_(contract_) {
        for (const auto& path : paths)
            api_.on(path, [](Visitor) -> Task<NoContent> { co_return NoContent{}; });
        router_.emplace(api_);
    }
    // "PATH VALUE VALUE", or nothing where no path matches.
    std::string find(std::string_view path) const {
        const auto match = router_->find(path);
        if (!match.methods) {
            EXPECT_TRUE(match.path_values.empty());
            return "";
        }
        std::string found = match.methods->at("GET").operation->id;
        for (const auto& value : match.path_values)
            found += " " + value;
        return found;
    }

  private:
    static ContractText text(const std::vector<std::string>& paths) {
        ContractText contract;
        for (const auto& path : paths) {
            boost::json::array parameters;
            for (auto begin = path.find('{'); begin != std::string::npos; begin = path.find('{', begin + 1))
                parameters.push_back(ContractText::parameter(
                    "path", path.substr(begin + 1, path.find('}', begin) - begin - 1), {{"type", "string"}}));
            contract.add("get", path, path, {{"x-public", true}, {"parameters", parameters}});
        }
        return contract;
    }
    Contract contract_;
    Api api_;
    std::optional<Router> router_;
};

TEST(Routing, a_path_is_found_whole_and_no_part_of_it) {
    const Routes routes({"/a/b", "/a/b/c/d"});
    EXPECT_EQ(routes.find("/a/b"), "/a/b");
    for (const char* other : {"", "/", "/a", "/a/b/c", "/a/b/", "/a/b/c/d/e", "//a/b", "a/b", "/A/b", "/ab"})
        EXPECT_EQ(routes.find(other), "") << other;
}

TEST(Routing, a_fixed_segment_wins_over_a_parameter) {
    const Routes routes({"/users/{id}", "/users/me"});
    EXPECT_EQ(routes.find("/users/me"), "/users/me");
    EXPECT_EQ(routes.find("/users/mee"), "/users/{id} mee");
}

TEST(Routing, where_the_fixed_segment_leads_nowhere_the_parameter_is_tried) {
    const Routes routes({"/users/{id}/notes", "/users/me/settings", "/{any}/{thing}/{at}/{all}"});
    EXPECT_EQ(routes.find("/users/me/notes"), "/users/{id}/notes me");
    EXPECT_EQ(routes.find("/users/me/settings"), "/users/me/settings");
    EXPECT_EQ(routes.find("/users/me/notes/9"), "/{any}/{thing}/{at}/{all} users me notes 9");
    EXPECT_EQ(routes.find("/users/me/else"), "");
}

TEST(Routing, values_come_in_the_order_of_the_path) {
    const Routes routes({"/o/{org}/m/{member}"});
    EXPECT_EQ(routes.find("/o/1/m/2"), "/o/{org}/m/{member} 1 2");
}

TEST(Routing, a_value_is_decoded_and_an_encoded_slash_does_not_part_segments) {
    const Routes routes({"/s/{name}"});
    EXPECT_EQ(routes.find("/s/a%2Fb"), "/s/{name} a/b");
    EXPECT_EQ(routes.find("/s/%E2%82%AC%20x"), "/s/{name} \u20ac x");
    EXPECT_EQ(routes.find("/s/a+b"), "/s/{name} a+b"); // a plus is a space in queries only
    EXPECT_EQ(routes.find("/s/%2e%2e"), "/s/{name} ..");
    EXPECT_EQ(routes.find("/s/%252F"), "/s/{name} %2F"); // once
}

TEST(Routing, a_malformed_escape_is_no_path) {
    const Routes routes({"/s/{name}"});
    for (const char* bad : {"/s/%", "/s/%2", "/s/%zz", "/s/a%2"})
        EXPECT_EQ(routes.find(bad), "") << bad;
}

TEST(Routing, an_empty_segment_is_no_value) {
    const Routes routes({"/s/{name}", "/s/{name}/t"});
    for (const char* bad : {"/s/", "/s", "/s//t", "/s//"})
        EXPECT_EQ(routes.find(bad), "") << bad;
}

TEST(Routing, an_operation_that_nobody_answers_is_not_there) {
    const Contract contract = ContractText()
                                  .add("get", "/a", "get_a", {{"x-public", true}})
                                  .add("post", "/a", "post_a", {{"x-public", true}})
                                  .add("get", "/b", "get_b", {{"x-public", true}})
                                  .load();
    Api api(contract);
    api.on("get_a", [](Visitor) -> Task<NoContent> { co_return NoContent{}; });
    const Router router(api);
    ASSERT_TRUE(router.find("/a").methods);
    EXPECT_EQ(router.find("/a").methods->size(), 1U);
    EXPECT_FALSE(router.find("/b").methods);
}

TEST(Routing, a_path_of_thousands_of_segments_is_looked_up_without_harm) {
    const Routes routes({"/s/{name}"});
    std::string path = "/s";
    for (int i = 0; i < 100'000; ++i)
        path += "/x";
    EXPECT_EQ(routes.find(path), "");
}

} // namespace
} // namespace xentree
