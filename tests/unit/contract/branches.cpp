#include <gtest/gtest.h>

#include "given.h"

namespace xentree {
namespace {

constexpr auto animals = R"({
    "Cat": {"type": "object", "required": ["kind", "lives"],
            "properties": {"kind": {"type": "string", "const": "cat"}, "lives": {"type": "integer", "default": 9}}},
    "Dog": {"type": "object", "required": ["kind"],
            "properties": {"kind": {"type": "string", "const": "dog"}, "name": {"type": "string", "x-trim": true, "minLength": 1}}},
    "Animal": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
               "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"}}},
    "Text": {"type": "string", "minLength": 1},
    "List": {"type": "array", "items": {"type": "string"}},
    "Answer": {"oneOf": [{"$ref": "#/components/schemas/Text"}, {"$ref": "#/components/schemas/List"}]}
})";

std::string animal_faults(std::string_view instance) {
    return faults_of(R"({"$ref": "#/components/schemas/Animal"})", instance, animals);
}

TEST(Branches, with_null_beside_it_a_schema_tells_its_own_faults) {
    const auto schema = R"({"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"type": "null"}]})";
    EXPECT_EQ(faults_of(schema, "null", animals), "");
    EXPECT_EQ(faults_of(schema, R"({"kind": "cat"})", animals), "/lives is required");
    EXPECT_EQ(faults_of(schema, "7", animals), " must be an object");
}

TEST(Branches, a_discriminator_is_followed) {
    EXPECT_EQ(animal_faults(R"({"kind": "cat", "lives": 9})"), "");
    EXPECT_EQ(animal_faults(R"({"kind": "cat", "lives": "9"})"), "/lives must be an integer");
    EXPECT_EQ(animal_faults(R"({"kind": "cow"})"), "/kind must be one of cat, dog");
    EXPECT_EQ(animal_faults(R"({})"), "/kind is required");
    EXPECT_EQ(animal_faults(R"([])"), " must be an object");
}

TEST(Branches, the_only_one_of_the_values_type_tells_its_faults) {
    const auto schema = R"({"$ref": "#/components/schemas/Answer"})";
    EXPECT_EQ(faults_of(schema, R"("")", animals), " must have at least 1 character");
    EXPECT_EQ(faults_of(schema, R"(["a", 1])", animals), "/1 must be a string");
    EXPECT_EQ(faults_of(schema, "1", animals), " must be a string or an array");
}

TEST(Branches, else_there_is_one_fault) {
    EXPECT_EQ(
        faults_of(R"({"oneOf": [{"type": "string", "minLength": 5}, {"type": "string", "maxLength": 1}]})",
                  R"("abc")"),
        " must have one of its possible forms");
    EXPECT_EQ(faults_of(R"({"oneOf": [{"type": "string"}, {"minLength": 1}]})", R"("abc")"),
              " must have only one of its possible forms");
}

TEST(Branches, only_the_fitting_one_changes_the_value) {
    EXPECT_EQ(completed(R"({"$ref": "#/components/schemas/Animal"})", R"({"kind": "dog", "name": " Rex "})",
                        animals),
              R"({"kind":"dog","name":"Rex"})");
    EXPECT_EQ(
        completed(
            R"({"oneOf": [{"type": "object", "required": ["a"], "properties": {"a": {}, "x": {"default": 1}}},
                                      {"type": "object", "required": ["b"], "properties": {"b": {}, "y": {"default": 2}}}]})",
            R"({"b": 0})"),
        R"({"b":0,"y":2})");
}

TEST(Branches, what_stands_beside_a_reference_counts) {
    const auto schema = R"({"$ref": "#/components/schemas/Text", "maxLength": 3, "description": "Short."})";
    EXPECT_EQ(faults_of(schema, R"("")", animals), " must have at least 1 character");
    EXPECT_EQ(faults_of(schema, R"("abcd")", animals), " must have at most 3 characters");
}

TEST(Branches, all_of_is_all_of_without_the_same_fault_twice) {
    const auto schema =
        R"({"allOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]})";
    EXPECT_EQ(faults_of(schema, "{}"), "/a is required\n/b is required");
    EXPECT_EQ(faults_of(schema, "1"), " must be an object");
}

TEST(Branches, a_schema_may_hold_itself_but_not_be_itself) {
    const auto tree = R"({"Tree": {"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}},
        "Loop": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Loop"}]}})";
    EXPECT_EQ(faults_of(R"({"$ref": "#/components/schemas/Tree"})",
                        R"({"name": "a", "children": [{"name": "b", "children": [{}]}]})", tree),
              "/children/0/children/0/name is required");
    EXPECT_THROW(compile(R"({"$ref": "#/components/schemas/Loop"})", tree), std::runtime_error);
}

} // namespace
} // namespace xentree
