#include <gtest/gtest.h>

#include "given.h"

namespace xentree {
namespace {

TEST(Faults, all_are_told_at_once_each_at_its_own_pointer) {
    const auto schema = R"({"type": "object", "required": ["email", "name", "tags"], "properties": {
        "email": {"type": "string", "format": "email"},
        "name": {"type": "string", "minLength": 1, "maxLength": 3},
        "tags": {"type": "array", "items": {"type": "object", "properties": {"a/b": {"type": "integer", "minimum": 1}}}}}})";
    EXPECT_EQ(faults_of(schema, R"({"name": "abcd", "tags": [{}, {"a/b": 0}, 7]})"),
              "/email is required\n"
              "/name must have 1 to 3 characters\n"
              "/tags/1/a~1b must be an integer of at least 1\n"
              "/tags/2 must be an object");
}

TEST(Faults, the_sentence_says_what_is_wanted) {
    const auto told = [](std::string_view schema, std::string_view instance) {
        return faults_of(schema, instance);
    };
    EXPECT_EQ(told(R"({"type": "string"})", "1"), " must be a string");
    EXPECT_EQ(told(R"({"type": ["string", "null"]})", "1"), " must be a string or null");
    EXPECT_EQ(told(R"({"type": "boolean"})", "1"), " must be true or false");
    EXPECT_EQ(told(R"({"type": "integer"})", "1.5"), " must be an integer");
    EXPECT_EQ(told(R"({"type": "integer", "minimum": 1, "maximum": 100})", "0"),
              " must be an integer from 1 to 100");
    EXPECT_EQ(told(R"({"type": "integer", "minimum": 1, "maximum": 100})", R"("5")"),
              " must be an integer from 1 to 100");
    EXPECT_EQ(told(R"({"type": "number", "maximum": 1})", "2"), " must be a number of at most 1");
    EXPECT_EQ(told(R"({"enum": ["a", "b", null]})", R"("c")"), " must be one of a, b, null");
    EXPECT_EQ(told(R"({"type": "string", "enum": ["a", "b"]})", "3"), " must be one of a, b");
    EXPECT_EQ(told(R"({"const": "DELETE"})", R"("delete")"), " must be DELETE");
    EXPECT_EQ(told(R"({"minLength": 1})", R"("")"), " must have at least 1 character");
    EXPECT_EQ(told(R"({"maxLength": 2})", R"("abc")"), " must have at most 2 characters");
    EXPECT_EQ(told(R"({"minLength": 6, "maxLength": 6})", R"("abc")"), " must have exactly 6 characters");
    EXPECT_EQ(told(R"({"maxItems": 1})", "[1, 2]"), " must have at most 1 item");
    EXPECT_EQ(told(R"({"minProperties": 1, "maxProperties": 2})", "{}"), " must have 1 to 2 members");
    EXPECT_EQ(told(R"({"uniqueItems": true})", "[1, 2, 1.0]"), " must not hold the same item twice");
    EXPECT_EQ(told(R"({"pattern": "^[a-z]+$"})", R"("A")"), " must match the pattern ^[a-z]+$");
    EXPECT_EQ(told(R"({"format": "email"})", R"("mira@host")"), " is no valid e-mail address");
    EXPECT_EQ(told(R"({"format": "uuid"})", R"("x")"), " is no valid UUID");
    EXPECT_EQ(told(R"({"format": "date"})", R"("2026-02-29")"), " is no valid date of the form YYYY-MM-DD");
    EXPECT_EQ(told(R"({"format": "uri"})", R"("/path")"), " is no valid absolute URI");
    EXPECT_EQ(told(R"({"x-check": "time-zone"})", R"("Mars/Base")"), " is no IANA time zone");
    EXPECT_EQ(told(R"({"additionalProperties": false})", R"({"a": 1})"), "/a is not known");
}

TEST(Faults, a_wrong_length_and_a_wrong_pattern_are_both_told_but_an_empty_string_is_one_fault) {
    const auto schema = R"({"type": "string", "minLength": 3, "pattern": "^[a-z]"})";
    EXPECT_EQ(faults_of(schema, R"("A")"),
              " must have at least 3 characters\n must match the pattern ^[a-z]");
    EXPECT_EQ(faults_of(schema, R"("")"), " must have at least 3 characters");
}

TEST(Faults, lengths_count_code_points) {
    EXPECT_EQ(faults_of(R"({"maxLength": 2})", R"("čé")"), "");
    EXPECT_EQ(faults_of(R"({"maxLength": 2})", R"("😀😀😀")"), " must have at most 2 characters");
}

TEST(Faults, no_string_holds_a_nul) {
    EXPECT_EQ(faults_of(R"({"type": "string"})", R"("a\u0000b")"), " must not hold U+0000");
    EXPECT_EQ(faults_of(R"({"items": {}})", R"(["a\u0000b"])"), "/0 must not hold U+0000");
    EXPECT_EQ(faults_of(R"({"additionalProperties": {"type": "string"}})", R"({"a\u0000": "b"})"),
              " must not hold U+0000 in a name");
}

TEST(Faults, a_file_is_bytes) {
    const auto schema = R"({"type": "string", "format": "binary", "maxLength": 4})";
    EXPECT_EQ(faults_of(schema, R"("a\u0000b")"), "");
    EXPECT_EQ(faults_of(schema, R"("ččč")"), " must have at most 4 bytes");
}

TEST(Faults, unknown_members_are_passed_over) {
    EXPECT_EQ(
        faults_of(R"({"type": "object", "properties": {"a": {"type": "string"}}})", R"({"b": 1, "a": ""})"),
        "");
}

TEST(Faults, int32_and_int64_are_bounds) {
    EXPECT_EQ(faults_of(R"({"type": "integer", "format": "int32"})", "2147483648"),
              " must be an integer from -2147483648 to 2147483647");
    EXPECT_EQ(faults_of(R"({"type": "integer", "format": "int32", "minimum": 1})", "0"),
              " must be an integer from 1 to 2147483647");
    EXPECT_NE(faults_of(R"({"type": "integer", "format": "int64"})", "1e300"), "");
    EXPECT_NE(faults_of(R"({"type": "integer", "format": "int64"})", "9223372036854775808"), "");
}

TEST(Faults, there_are_a_hundred_at_most) {
    boost::json::value many = boost::json::array(1000, 0);
    EXPECT_EQ(compile(R"({"items": {"type": "string"}})")->check(many).size(), 100U);
}

TEST(Faults, pointers_and_sentences_are_cut) {
    const std::string name(400, 'n');
    boost::json::value instance = boost::json::object{{name, 1}};
    const auto faults = compile(R"({"additionalProperties": {"type": "string"}})")->check(instance);
    EXPECT_EQ(faults.at(0).field.size(), 300U);

    boost::json::array names;
    for (int i = 0; i < 200; ++i)
        names.emplace_back("value" + std::to_string(i));
    boost::json::value other = "other";
    const auto sentence =
        Validator::compile(boost::json::object{{"enum", names}}, {})->check(other).at(0).message;
    EXPECT_EQ(sentence.size(), 500U);
    EXPECT_TRUE(sentence.ends_with("..."));
}

TEST(Faults, a_list_of_the_wrong_length_is_not_searched_for_twins) {
    boost::json::value many = boost::json::array(200'000, "a");
    EXPECT_EQ(told(compile(R"({"uniqueItems": true, "maxItems": 3})")->check(many)),
              " must have at most 3 items");
}

} // namespace
} // namespace xentree
