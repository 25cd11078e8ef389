#include <gtest/gtest.h>

#include "contract/shape_reader.h"

namespace xentree {
namespace {

namespace json = boost::json;

Shape shape_of(std::string_view schema, std::string_view components = "{}") {
    const json::object document{{"components", {{"schemas", json::parse(components)}}}};
    return *ShapeReader(document).read(json::parse(schema));
}

constexpr auto usage =
    R"({"Usage": {"type": "object", "required": ["tokens"], "properties": {"tokens": {"type": "integer"}}}})";

TEST(Shapes, an_object_has_its_members_in_order) {
    const auto shape = shape_of(R"({"type": "object", "required": ["b"], "properties": {
        "a": {"type": "string", "format": "uuid", "default": "x"}, "b": {"type": "array", "items": {"type": "number"}},
        "c": {"type": "object", "additionalProperties": {"type": "boolean"}}}})");
    ASSERT_EQ(shape.kind, Shape::Kind::object);
    EXPECT_FALSE(shape.nullable);
    ASSERT_EQ(shape.members.size(), 3U);
    EXPECT_EQ(shape.members[0].name, "a");
    EXPECT_FALSE(shape.members[0].required);
    EXPECT_TRUE(shape.members[0].has_default);
    EXPECT_EQ(shape.members[0].shape->format, "uuid");
    EXPECT_TRUE(shape.members[1].required);
    EXPECT_EQ(shape.members[1].shape->items->kind, Shape::Kind::number);
    EXPECT_EQ(shape.members[2].shape->map_values->kind, Shape::Kind::boolean);
}

TEST(Shapes, null_is_allowed_by_a_list_of_types_or_by_a_branch) {
    const auto text = shape_of(R"({"type": ["string", "null"], "enum": ["a", "b", null]})");
    EXPECT_EQ(text.kind, Shape::Kind::string);
    EXPECT_TRUE(text.nullable);
    EXPECT_EQ(text.enumerators, (std::vector<std::string>{"a", "b"}));

    const auto branch =
        shape_of(R"({"oneOf": [{"$ref": "#/components/schemas/Usage"}, {"type": "null"}]})", usage);
    EXPECT_EQ(branch.kind, Shape::Kind::object);
    EXPECT_TRUE(branch.nullable);
    EXPECT_EQ(branch.members.at(0).name, "tokens");
}

TEST(Shapes, a_reference_with_a_description_is_what_it_refers_to) {
    const auto shape = shape_of(R"({"$ref": "#/components/schemas/Usage", "description": "Tokens."})", usage);
    EXPECT_EQ(shape.kind, Shape::Kind::object);
    EXPECT_FALSE(shape.nullable);
    EXPECT_TRUE(shape.members.at(0).required);
}

TEST(Shapes, all_of_is_merged) {
    const auto shape = shape_of(R"({"allOf": [{"$ref": "#/components/schemas/Usage"},
        {"type": "object", "required": ["cost"], "properties": {"cost": {"type": "number"}, "note": {"type": "string", "const": "x"}}}]})",
                                usage);
    EXPECT_EQ(shape.kind, Shape::Kind::object);
    ASSERT_EQ(shape.members.size(), 3U);
    EXPECT_TRUE(shape.members[0].required);
    EXPECT_TRUE(shape.members[1].required);
    EXPECT_EQ(shape.members[2].shape->enumerators, std::vector<std::string>{"x"});
}

TEST(Shapes, several_forms_are_any) {
    const auto shape = shape_of(R"({"oneOf": [{"type": "string"}, {"type": "array"}]})");
    EXPECT_EQ(shape.kind, Shape::Kind::any);
    EXPECT_FALSE(shape.nullable);
    EXPECT_TRUE(shape_of("{}").nullable);
}

TEST(Shapes, a_schema_that_holds_itself_has_none) {
    EXPECT_THROW(shape_of(R"({"$ref": "#/components/schemas/T"})",
                          R"({"T": {"type": "array", "items": {"$ref": "#/components/schemas/T"}}})"),
                 std::runtime_error);
}

} // namespace
} // namespace xentree
