#include <gtest/gtest.h>

#include "contract/contract.h"

namespace xentree {
namespace {

namespace json = boost::json;

// A contract of one operation with these members beside its id, tags and answers.
std::string with_operation(const json::object& members) {
    json::object operation{
        {"operationId", "act"}, {"tags", {"T"}}, {"responses", {{"204", {{"description", ""}}}}}};
    for (const auto& member : members)
        operation[member.key()] = member.value();
    return json::serialize(json::object{{"openapi", "3.1.0"},
                                        {"tags", json::array{{{"name", "T"}}}},
                                        {"paths", {{"/x", {{"post", operation}}}}},
                                        {"components", {{"schemas", json::object()}}}});
}

std::string refusal(const std::string& bundle) {
    try {
        Contract::load(bundle);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

TEST(Loading, an_operation_without_an_access_rule_is_refused) {
    EXPECT_EQ(refusal(with_operation({})),
              "The contract has 1 fault:\n"
              "  act: it has no access rule: x-public, x-scope, x-bearer-only, x-admin or x-grant-scope");
    EXPECT_EQ(refusal(with_operation({{"x-service-key", true}})).find("The contract has 1 fault"), 0U);
}

TEST(Loading, any_one_access_rule_is_enough) {
    for (const json::object& rule : {json::object{{"x-public", true}}, json::object{{"x-scope", "a:read"}},
                                     json::object{{"x-bearer-only", true}}, json::object{{"x-admin", true}},
                                     json::object{{"x-grant-scope", "a:read"}}})
        EXPECT_EQ(refusal(with_operation(rule)), "") << json::serialize(rule);
}

TEST(Loading, rules_that_contradict_each_other_are_refused) {
    EXPECT_NE(refusal(with_operation({{"x-public", true}, {"x-scope", "a:read"}})), "");
    EXPECT_NE(refusal(with_operation({{"x-bearer-only", true}, {"x-scope", "a:read"}})), "");
    EXPECT_NE(refusal(with_operation({{"x-public", "yes"}})), "");
}

TEST(Loading, every_fault_is_told_at_once) {
    const auto told = refusal(with_operation(
        {{"requestBody", {{"content", {{"application/json", {{"schema", {{"not", false}}}}}}}}},
         {"responses", {{"200", {{"$ref", "#/components/responses/Absent"}}}}}}));
    EXPECT_EQ(told,
              "The contract has 4 faults:\n"
              "  #/paths/~1x/post/responses/200: the reference #/components/responses/Absent leads nowhere\n"
              "  act body application/json: the keyword not is not known\n"
              "  act: it has no access rule: x-public, x-scope, x-bearer-only, x-admin or x-grant-scope\n"
              "  act: the reference #/components/responses/Absent leads nowhere");
}

TEST(Loading, a_path_and_its_parameters_are_the_same) {
    const json::object id{
        {"name", "id"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}};
    EXPECT_NE(refusal(with_operation({{"x-public", true}, {"parameters", json::array{id}}})), "");
}

TEST(Loading, a_body_takes_a_mebibyte_unless_its_form_says_otherwise) {
    const json::object form{{"schema", {{"type", "string"}}}};
    json::object large = form;
    large["x-body-limit"] = 2'097'152;
    const auto contract = Contract::load(with_operation(
        {{"x-public", true},
         {"requestBody", {{"content", {{"application/json", form}, {"multipart/form-data", large}}}}}}));
    const auto& body = *contract.find("act")->body;
    EXPECT_EQ(body.forms.at("application/json").limit, 1U << 20);
    EXPECT_EQ(body.forms.at("multipart/form-data").limit, 2U << 20);
    EXPECT_EQ(body.limit, 2U << 20);
}

TEST(Loading, what_is_no_json_is_refused) {
    EXPECT_ANY_THROW(Contract::load("{"));
}

} // namespace
} // namespace xentree
