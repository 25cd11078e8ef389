#include <gtest/gtest.h>

#include "given.h"

namespace xentree {
namespace {

// The value as JSON, or the faults.
std::string read(std::string_view schema, std::string_view text) {
    std::vector<Fault> faults;
    const auto value = compile(schema, R"({"Level": {"type": "string", "enum": ["A1", "A2"]}})")
                           ->check_text(text, "name", faults);
    return faults.empty() ? boost::json::serialize(value) : told(faults);
}

TEST(TextValues, an_integer_is_decimal_digits) {
    const auto schema = R"({"type": "integer", "minimum": 1, "maximum": 100})";
    EXPECT_EQ(read(schema, "50"), "50");
    EXPECT_EQ(read(schema, "007"), "7");
    for (const auto* wrong :
         {"", "0", "101", "-1", "+1", "1.0", "1e1", " 1", "1 ", "0x1", "99999999999999999999999"})
        EXPECT_EQ(read(schema, wrong), "name must be an integer from 1 to 100") << wrong;
}

TEST(TextValues, a_boolean_is_true_or_false) {
    EXPECT_EQ(read(R"({"type": "boolean"})", "true"), "true");
    EXPECT_EQ(read(R"({"type": "boolean"})", "1"), "name must be true or false");
    EXPECT_EQ(read(R"({"type": "boolean"})", "True"), "name must be true or false");
}

TEST(TextValues, a_string_is_taken_as_it_is_and_checked) {
    EXPECT_EQ(read(R"({"type": "string", "maxLength": 2})", "12"), R"("12")");
    EXPECT_EQ(read(R"({"type": "string", "maxLength": 2})", "123"), "name must have at most 2 characters");
    EXPECT_EQ(read(R"({"$ref": "#/components/schemas/Level"})", "B9"), "name must be one of A1, A2");
    EXPECT_EQ(read(R"({"type": "string", "x-trim": true})", " red "), R"("red")");
}

TEST(TextValues, bytes_that_are_no_text_are_a_fault) {
    EXPECT_EQ(read(R"({"type": "string"})", "\xff"), "name must be text in UTF-8");
    EXPECT_EQ(read(R"({"type": "string"})", std::string_view("a\0b", 3)), "name must not hold U+0000");
}

} // namespace
} // namespace xentree
