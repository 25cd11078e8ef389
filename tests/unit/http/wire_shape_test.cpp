#include "http/wire_shape.h"

#include <gtest/gtest.h>

#include "contracts.h"

namespace xentree {
namespace {

namespace json = boost::json;
using test::ContractText;

BOOST_DEFINE_ENUM_CLASS(Colour, red, green)

// The differences of T from a schema, a line each.
template<class T>
std::string differences(const json::object& schema, Direction direction) {
    const Contract contract =
        ContractText()
            .add("post", "/x", "act", {{"x-public", true}, {"requestBody", ContractText::body(schema)}})
            .load();
    std::string text;
    for (const auto& one : compare_shapes(
             wire_shape<T>(), *contract.find("act")->body->forms.begin()->second.shape, direction, "act"))
        text += (text.empty() ? "" : "\n") + one;
    return text;
}

json::object with_member(json::object member, bool required) {
    json::object schema{{"type", "object"}, {"properties", json::object{{"m", std::move(member)}}}};
    if (required)
        schema["required"] = json::array{"m"};
    return schema;
}

#define HOLDER(name, type)                                                                                   \
    struct name {                                                                                            \
        type m;                                                                                              \
    };                                                                                                       \
    BOOST_DESCRIBE_STRUCT(name, (), (m))

HOLDER(Text, std::string)
HOLDER(NullableText, std::optional<std::string>)
HOLDER(OmittableText, Omittable<std::string>)
HOLDER(OmittableNullableText, Omittable<std::optional<std::string>>)
HOLDER(Whole, std::int64_t)
HOLDER(Real, double)
HOLDER(Flag, bool)
HOLDER(Texts, std::vector<std::string>)
HOLDER(Deep, std::vector<Text>)
HOLDER(Nested, Text)
HOLDER(Coloured, Colour)
using WholeByText = std::map<std::string, std::int64_t>;
HOLDER(Map, WholeByText)
HOLDER(Any, json::value)
#undef HOLDER

const json::object text{{"type", "string"}};
const json::object nullable_text{{"type", json::array{"string", "null"}}};
const json::object defaulted_text{{"type", "string"}, {"default", "x"}};
const json::object whole{{"type", "integer"}};

template<class T>
std::string in_request(const json::object& member, bool required) {
    return differences<T>(with_member(member, required), Direction::request);
}
template<class T>
std::string in_answer(const json::object& member, bool required) {
    return differences<T>(with_member(member, required), Direction::answer);
}

TEST(WireShapes, what_fits_has_no_difference) {
    EXPECT_EQ(in_request<Text>(text, true), "");
    EXPECT_EQ(in_request<NullableText>(nullable_text, true), "");
    EXPECT_EQ(in_request<OmittableText>(text, false), "");
    EXPECT_EQ(in_request<OmittableNullableText>(nullable_text, false), "");
    EXPECT_EQ(in_request<Whole>(whole, true), "");
    EXPECT_EQ(in_request<Real>({{"type", "number"}}, true), "");
    EXPECT_EQ(in_request<Flag>({{"type", "boolean"}}, true), "");
    EXPECT_EQ(in_request<Texts>({{"type", "array"}, {"items", text}}, true), "");
    EXPECT_EQ(in_request<Nested>(with_member(text, true), true), "");
    EXPECT_EQ(in_request<Map>({{"type", "object"}, {"additionalProperties", whole}}, true), "");
}

TEST(WireShapes, a_missing_and_a_surplus_member_are_named) {
    EXPECT_EQ(differences<Text>({{"type", "object"}, {"properties", {{"n", text}}}}, Direction::answer),
              "act/m: is not in the contract\nact/n: is not in the program");
}

TEST(WireShapes, another_kind_is_named) {
    EXPECT_EQ(in_request<Text>(whole, true), "act/m: string in the program, integer in the contract");
    EXPECT_EQ(in_request<Whole>({{"type", "number"}}, true),
              "act/m: integer in the program, number in the contract");
    EXPECT_EQ(in_request<Flag>(text, true), "act/m: boolean in the program, string in the contract");
    EXPECT_EQ(in_request<Texts>(text, true), "act/m: array in the program, string in the contract");
    EXPECT_EQ(in_request<Nested>({{"type", "array"}, {"items", text}}, true),
              "act/m: object in the program, array in the contract");
    EXPECT_EQ(in_request<Any>(text, true), "act/m: any in the program, string in the contract");
}

TEST(WireShapes, what_lies_inside_is_compared) {
    EXPECT_EQ(in_request<Texts>({{"type", "array"}, {"items", whole}}, true),
              "act/m/*: string in the program, integer in the contract");
    EXPECT_EQ(in_request<Deep>({{"type", "array"}, {"items", with_member(whole, true)}}, true),
              "act/m/*/m: string in the program, integer in the contract");
    EXPECT_EQ(in_request<Map>({{"type", "object"}, {"additionalProperties", text}}, true),
              "act/m/*: integer in the program, string in the contract");
}

TEST(WireShapes, a_struct_is_no_map_and_a_map_is_no_struct) {
    EXPECT_NE(in_request<Nested>({{"type", "object"}, {"additionalProperties", text}}, true), "");
    EXPECT_NE(in_request<Map>(with_member(whole, true), true), "");
}

TEST(WireShapes, null_must_fit_both_ways) {
    EXPECT_EQ(in_request<Text>(nullable_text, true), "act/m: may be null in the contract");
    EXPECT_EQ(in_request<NullableText>(text, true), "act/m: is never null in the contract");
    EXPECT_EQ(in_answer<Text>(nullable_text, true), "act/m: may be null in the contract");
    EXPECT_EQ(in_answer<NullableText>(text, true), "act/m: is never null in the contract");
    EXPECT_EQ(in_request<OmittableNullableText>(text, false), "act/m: is never null in the contract");
}

TEST(WireShapes, a_request_member_may_be_left_out_or_has_a_default_or_is_always_there) {
    EXPECT_EQ(in_request<Text>(text, false), "act/m: may be left out in the contract");
    EXPECT_EQ(in_request<Text>(defaulted_text, false), "");
    EXPECT_EQ(in_request<OmittableText>(text, true), "act/m: is always there in the contract");
    EXPECT_EQ(in_request<OmittableText>(defaulted_text, false), "act/m: is always there in the contract");
    EXPECT_EQ(in_request<NullableText>(nullable_text, false), "act/m: may be left out in the contract");
}

TEST(WireShapes, an_answer_may_always_send_what_could_be_left_out_and_never_the_reverse) {
    EXPECT_EQ(in_answer<Text>(text, false), "");
    EXPECT_EQ(in_answer<OmittableText>(text, false), "");
    EXPECT_EQ(in_answer<OmittableText>(text, true), "act/m: is always there in the contract");
}

TEST(WireShapes, enumerators_are_the_same_ones) {
    const auto colours = [](json::array names) {
        return json::object{{"type", "string"}, {"enum", std::move(names)}};
    };
    EXPECT_EQ(in_request<Coloured>(colours({"red", "green"}), true), "");
    EXPECT_EQ(in_request<Coloured>(colours({"green", "red"}), true), "");
    const std::string other = "act/m: other enumerators than in the contract";
    EXPECT_EQ(in_request<Coloured>(colours({"red"}), true), other);
    EXPECT_EQ(in_request<Coloured>(colours({"red", "green", "blue"}), true), other);
    EXPECT_EQ(in_request<Coloured>(text, true), other);
}

} // namespace
} // namespace xentree
