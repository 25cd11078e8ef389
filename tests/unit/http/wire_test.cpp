#include "http/wire.h"

#include <gtest/gtest.h>

namespace xentree {
namespace {

namespace json = boost::json;

BOOST_DEFINE_ENUM_CLASS(Colour, red, green)

struct Inner {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (text))

struct Outer {
    std::string always;
    std::optional<std::string> nullable;
    Omittable<std::string> omittable;
    Omittable<std::optional<std::string>> both;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (always, nullable, omittable, both))

struct Everything {
    UserId id;
    Instant at;
    Colour colour = Colour::red;
    bool flag = false;
    std::int64_t whole = 0;
    double real = 0;
    std::vector<Inner> list;
    std::map<std::string, std::int64_t> map;
    json::value any;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (id, at, colour, flag, whole, real, list, map, any))

std::string again(const std::string& text) {
    return json::serialize(to_json(from_json<Outer>(json::parse(text))));
}

TEST(Presence, each_kind_of_member_comes_out_as_it_went_in) {
    for (const char* text :
         {R"({"always":"a","nullable":null})", R"({"always":"a","nullable":"b"})",
          R"({"always":"a","nullable":null,"omittable":"c"})",
          R"({"always":"a","nullable":null,"both":null})", R"({"always":"a","nullable":null,"both":"d"})"})
        EXPECT_EQ(again(text), text);
}

TEST(Presence, left_out_and_null_are_told_apart) {
    const auto absent = from_json<Outer>(json::parse(R"({"always":"a","nullable":null})"));
    EXPECT_FALSE(absent.omittable);
    EXPECT_FALSE(absent.both);
    const auto null = from_json<Outer>(json::parse(R"({"always":"a","nullable":null,"both":null})"));
    ASSERT_TRUE(null.both);
    EXPECT_FALSE(*null.both);
}

TEST(Presence, a_member_that_is_always_there_is_missed) {
    EXPECT_THROW(again(R"({"nullable":null})"), std::exception);
    EXPECT_THROW(again(R"({"always":"a"})"), std::exception);
    EXPECT_THROW(again(R"({"always":null,"nullable":null})"), std::exception);
    EXPECT_THROW(again(R"({"always":"a","nullable":null,"omittable":null})"), std::exception);
}

TEST(Presence, members_that_the_struct_lacks_are_passed_over) {
    EXPECT_EQ(again(R"({"more":1,"always":"a","nullable":null})"), R"({"always":"a","nullable":null})");
}

TEST(Values, every_kind_comes_out_as_it_went_in) {
    const std::string text =
        R"({"id":"019cad9c-9140-73c4-b64e-2ec636ec8a8f","at":"2026-05-04T09:20:00.004Z",)"
        R"("colour":"green","flag":true,"whole":-9223372036854775808,"real":1.5E0,)"
        R"("list":[{"text":"\u20ac"},{"text":""}],"map":{"a":1,"b":2},"any":{"x":[null,1]}})";
    const auto read = from_json<Everything>(json::parse(text));
    EXPECT_EQ(read.colour, Colour::green);
    EXPECT_EQ(read.whole, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(to_json(read), json::parse(text));
}

TEST(Values, an_id_and_a_time_may_be_spelled_otherwise_and_are_written_one_way) {
    EXPECT_EQ(to_json(from_json<UserId>("019CAD9C-9140-73C4-B64E-2EC636EC8A8F")),
              json::value("019cad9c-9140-73c4-b64e-2ec636ec8a8f"));
    EXPECT_EQ(to_json(from_json<Instant>("2026-05-04T11:20:00+02:00")),
              json::value("2026-05-04T09:20:00.000Z"));
}

TEST(Values, what_the_contract_would_have_refused_throws) {
    EXPECT_THROW(from_json<UserId>("x"), std::exception);
    EXPECT_THROW(from_json<UserId>(1), std::exception);
    EXPECT_THROW(from_json<Instant>("yesterday"), std::exception);
    EXPECT_THROW(from_json<Colour>("blue"), std::exception);
    EXPECT_THROW(from_json<Colour>("Red"), std::exception);
    EXPECT_THROW(from_json<bool>(1), std::exception);
    EXPECT_THROW(from_json<std::int64_t>(1.5), std::exception);
    EXPECT_THROW(from_json<std::int64_t>("1"), std::exception);
    EXPECT_THROW(from_json<std::string>(json::value(nullptr)), std::exception);
    EXPECT_THROW(from_json<std::vector<int>>(json::object()), std::exception);
    EXPECT_THROW(from_json<std::size_t>(-1), std::exception);
}

TEST(Values, a_whole_number_written_with_a_fraction_of_zero_is_one) {
    EXPECT_EQ(from_json<std::int64_t>(json::parse("7.0")), 7);
    EXPECT_EQ(from_json<double>(json::parse("7")), 7.0);
}

} // namespace
} // namespace xentree
