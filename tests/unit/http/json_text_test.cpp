#include "http/json_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace xentree {
namespace {

namespace json = boost::json;

BOOST_DEFINE_ENUM_CLASS(Size, small, large)

struct Item {
    std::string text;
    Omittable<std::int64_t> count;
};
BOOST_DESCRIBE_STRUCT(Item, (), (text, count))

struct Whole {
    UserId id;
    Instant at;
    Size size = Size::small;
    bool flag = false;
    std::int64_t least = std::numeric_limits<std::int64_t>::min();
    double real = 0.1;
    std::optional<std::string> nothing;
    Omittable<std::string> left_out;
    Omittable<std::optional<std::string>> null;
    std::vector<Item> list;
    std::map<std::string, std::int64_t> map;
    json::value any;
};
BOOST_DESCRIBE_STRUCT(Whole, (), (id, at, size, flag, least, real, nothing, left_out, null, list, map, any))

TEST(JsonText, is_what_the_tree_serializes_to) {
    Whole whole;
    whole.id = UserId::parse("019cad9c-9140-73c4-b64e-2ec636ec8a8f").value();
    whole.null = std::optional<std::string>();
    whole.list = {{"plain", 7}, {"\"quoted\" \\ \n \x01 \x7f €", {}}, {"", {}}};
    whole.map = {{"a\"b", 1}, {"c", -2}};
    whole.any = json::parse(R"({"x":[null,1.5,"\u0000"]})");
    EXPECT_EQ(to_json_text(whole), json::serialize(to_json(whole)));
    EXPECT_EQ(json::parse(to_json_text(whole)), to_json(whole));
}

TEST(JsonText, empty_lists_and_maps_are_written) {
    EXPECT_EQ(to_json_text(std::vector<Item>{}), "[]");
    EXPECT_EQ(to_json_text(std::map<std::string, std::int64_t>{}), "{}");
}

TEST(JsonText, members_that_are_left_out_leave_no_comma) {
    EXPECT_EQ(to_json_text(Item{"a", {}}), R"({"text":"a"})");
    EXPECT_EQ(to_json_text(std::vector<Item>{{"a", 1}, {"b", {}}}),
              R"([{"text":"a","count":1},{"text":"b"}])");
}

} // namespace
} // namespace xentree
