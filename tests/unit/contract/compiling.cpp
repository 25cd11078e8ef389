#include <gtest/gtest.h>

#include "given.h"

namespace xentree {
namespace {

std::string refusal(std::string_view schema) {
    try {
        compile(schema);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

TEST(Compiling, what_is_not_known_is_refused_all_of_it_at_once) {
    EXPECT_EQ(refusal(R"({"properties": {
        "a": {"type": "string", "format": "hostname"}, "b": {"pattern": "(?=x)y"}, "c": {"multipleOf": 2},
        "d": {"type": "text"}, "e": {"$ref": "#/components/schemas/Absent"}, "f": {
    "minLength" : "1"
}
}
})"),
              "The contract has 6 faults:\n"
              "  #/properties/a: the format hostname is not known\n"
              "  #/properties/b: the pattern (?=x)y is not one of RE2: invalid perl operator: (?=\n"
              "  #/properties/c: the keyword multipleOf is not known\n"
              "  #/properties/d: the type text is not known\n"
              "  #/properties/e: the reference #/components/schemas/Absent leads nowhere\n"
              "  #/properties/f: minLength has a value of the wrong type");
}

TEST(Compiling, trimming_beside_another_schema_of_the_same_string_is_refused) {
    EXPECT_NE(refusal(R"({"x-trim": true, "allOf": [{"minLength": 1}]})"), "");
}

TEST(Compiling, annotations_and_extensions_are_passed_over) {
    EXPECT_EQ(
        refusal(
            R"({"description": "", "title": "", "example": 1, "examples": [], "deprecated": true, "readOnly": true,
        "writeOnly": true, "contentMediaType": "a/b", "contentSchema": {}, "x-origin": "designed"})"),
        "");
}

} // namespace
} // namespace xentree
