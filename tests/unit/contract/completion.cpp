#include <gtest/gtest.h>

#include "given.h"

namespace xentree {
namespace {

TEST(Completion, names_lose_outer_white_space_before_their_bounds_are_checked) {
    const auto schema =
        R"({"type": ["string", "null"], "minLength": 1, "maxLength": 3, "pattern": "\\S", "x-trim": true})";
    EXPECT_EQ(completed(schema, R"(" \u00a0\tabc\u2003\n")"), R"("abc")");
    EXPECT_EQ(completed(schema, R"(" \u00a0 ")"), " must have 1 to 3 characters");
    EXPECT_EQ(completed(schema, R"("a\u0007b")"), " must not hold control characters");
    EXPECT_EQ(completed(schema, R"("a\nb")"), " must not hold control characters");
    EXPECT_EQ(completed(schema, "null"), "null");
}

TEST(Completion, other_strings_keep_theirs) {
    EXPECT_EQ(completed(R"({"type": "string", "maxLength": 3})", R"(" a\t")"), R"(" a\t")");
}

TEST(Completion, absent_members_get_their_default) {
    const auto schema = R"({"type": "object", "properties": {
        "language": {"type": "string", "default": "en"}, "level": {"$ref": "#/components/schemas/Level"},
        "tags": {"type": "array", "default": []}, "note": {"type": ["string", "null"], "default": null}}})";
    EXPECT_EQ(completed(schema, R"({"language": "hr"})", R"({"Level": {"type": "string", "default": "A1"}})"),
              R"({"language":"hr","level":"A1","tags":[],"note":null})");
}

TEST(Completion, a_required_member_is_not_made_up) {
    EXPECT_EQ(completed(R"({"required": ["a"], "properties": {"a": {"default": 1}}})", "{}"),
              "/a is required");
}

TEST(Completion, a_value_with_faults_stays_as_it_was) {
    auto value = boost::json::parse(R"({"name": " x "})");
    const auto faults =
        compile(R"({"required": ["b"], "properties": {"name": {"x-trim": true}, "c": {"default": 1}}})")
            ->check(value);
    EXPECT_EQ(faults.size(), 1U);
    EXPECT_EQ(boost::json::serialize(value), R"({"name":" x "})");
}

TEST(Completion, a_whole_number_becomes_an_integer_where_an_integer_is_wanted) {
    auto value = boost::json::parse(R"({"count": 3.0, "share": 1.0})");
    const auto validator =
        compile(R"({"properties": {"count": {"type": "integer"}, "share": {"type": "number"}}})");
    EXPECT_TRUE(validator->check(value).empty());
    EXPECT_TRUE(value.at("count").is_int64());
    EXPECT_TRUE(value.at("share").is_double());
}

TEST(Completion, it_reaches_into_lists_and_maps) {
    EXPECT_EQ(
        completed(
            R"({"type": "array", "items": {"additionalProperties": {"type": "string", "x-trim": true}}})",
            R"([{"a": " b "}])"),
        R"([{"a":"b"}])");
}

} // namespace
} // namespace xentree
