#include "each_database.h"

#include <boost/describe.hpp>

#include <limits>

namespace xentree {

enum class Colour { red, dark_green };
BOOST_DESCRIBE_ENUM(Colour, red, dark_green)

struct Everything {
    UserId id;
    bool flag;
    std::int64_t number;
    double real;
    std::string text;
    Blob blob;
    Digest digest;
    Instant at;
    Colour colour;
    std::optional<std::string> none;
    std::optional<std::int64_t> some;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (id, flag, number, real, text, blob, digest, at, colour, none, some))

namespace {

using Values = EachDatabase;

TEST_P(Values, each_type_comes_back_as_it_was) {
    const auto db = open();
    Everything in;
    in.id = UserId::make(Instant(Milliseconds(1'700'000'000'123)));
    in.flag = true;
    in.number = std::numeric_limits<std::int64_t>::min();
    in.real = 0.1;
    in.text = "naïve 学习 ' \" \n";
    in.blob.bytes = std::string("\0\xff\0", 3);
    in.digest.fill(0xab);
    in.at = Instant(Milliseconds(-1));
    in.colour = Colour::dark_green;
    in.some = 7;
    db->write_now([&](Writer& w) {
        w.run("CREATE TABLE t (id uuid PRIMARY KEY, flag boolean, number bigint, r double precision, s text, "
              "b bytea, digest bytea, instant bigint, colour text, none text, maybe bigint)");
        w.run("INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'red', $9, $10)", in.id, in.flag,
              in.number, in.real, in.text, in.blob, in.digest, in.at, in.none, in.some);
        w.run("UPDATE t SET colour = $1", in.colour);
    });
    db->read_now([&](Reader& r) {
        const auto out =
            r.one<Everything>("SELECT * FROM t WHERE id = $1 AND flag = $2 AND b = $3 AND digest = $4", in.id,
                              true, in.blob, in.digest);
        ASSERT_TRUE(out);
        EXPECT_EQ(out->id, in.id);
        EXPECT_EQ(out->flag, in.flag);
        EXPECT_EQ(out->number, in.number);
        EXPECT_EQ(out->real, in.real);
        EXPECT_EQ(out->text, in.text);
        EXPECT_EQ(out->blob.bytes, in.blob.bytes);
        EXPECT_EQ(out->digest, in.digest);
        EXPECT_EQ(out->at, in.at);
        EXPECT_EQ(out->colour, in.colour);
        EXPECT_EQ(out->none, in.none);
        EXPECT_EQ(out->some, in.some);
    });
}

TEST_P(Values, empty_text_and_bytes_are_not_null) {
    const auto db = open();
    db->write_now([](Writer& w) {
        w.run("CREATE TABLE t (s text NOT NULL, b bytea NOT NULL)");
        w.run("INSERT INTO t VALUES ($1, $2)", std::string_view(), Blob{});
    });
    db->read_now([](Reader& r) {
        EXPECT_EQ(r.one<std::string>("SELECT s FROM t"), "");
        EXPECT_EQ(r.one<Blob>("SELECT b FROM t")->bytes, "");
    });
}

TEST_P(Values, one_statement_takes_null_and_a_value_in_turn) {
    const auto db = open();
    db->write_now([](Writer& w) {
        w.run("CREATE TABLE t (n bigint)");
        for (const auto value :
             {std::optional<int>{}, std::optional(5), std::optional<int>{}, std::optional(6)})
            w.run("INSERT INTO t VALUES ($1)", value);
    });
    db->read_now([](Reader& r) {
        EXPECT_EQ(r.one<int>("SELECT count(*) FROM t WHERE n IS NULL"), 2);
        EXPECT_EQ(r.all<int>("SELECT n FROM t WHERE n IS NOT NULL ORDER BY n"), (std::vector{5, 6}));
    });
}

TEST_P(Values, placeholders_count_by_their_number_repeated_and_out_of_order) {
    const auto db = open();
    db->write_now([](Writer& w) {
        w.run("CREATE TABLE t (a text, b text, c text, n bigint)");
        w.run("INSERT INTO t (n, a, b, c) VALUES ($3, $2, $1, $2)", "one", "two", 3);
    });
    db->read_now([](Reader& r) {
        EXPECT_EQ(r.one<std::string>("SELECT a || ' ' || b || ' ' || c FROM t WHERE n = $1", 3),
                  "two one two");
        EXPECT_EQ(r.one<int>("SELECT n FROM t WHERE b = $2 AND a = $1 AND c = $1", "two", "one"), 3);
    });
}

TEST_P(Values, too_few_values_are_refused) {
    const auto db = open();
    const auto read = [&](auto... values) {
        return code_of(
            [&] { db->read_now([&](Reader& r) { r.all<int>("SELECT 1 WHERE $1 = 'x'", values...); }); });
    };
    EXPECT_EQ(read(), ErrorCode::internal_error);
    EXPECT_EQ(read("x"), std::nullopt);
}

TEST_P(Values, a_column_of_another_type_is_refused) {
    const auto db = open();
    db->write_now([](Writer& w) {
        w.run("CREATE TABLE t (s text, n bigint)");
        w.run("INSERT INTO t VALUES ('1', 1)");
    });
    db->read_now([](Reader& r) {
        EXPECT_EQ(code_of([&] { r.one<int>("SELECT s FROM t"); }), ErrorCode::internal_error);
    });
    db->read_now([](Reader& r) {
        EXPECT_EQ(code_of([&] { r.one<std::string>("SELECT n FROM t"); }), ErrorCode::internal_error);
    });
    db->read_now([](Reader& r) {
        EXPECT_EQ(code_of([&] { r.one<Blob>("SELECT s FROM t"); }), ErrorCode::internal_error);
    });
}

TEST_P(Values, like_tells_capitals_from_small_letters) {
    open()->read_now([](Reader& r) {
        EXPECT_FALSE(r.one<int>("SELECT 1 WHERE 'Abc' LIKE 'a%'"));
        EXPECT_TRUE(r.one<int>("SELECT 1 WHERE 'abc' LIKE 'a%'"));
    });
}

TEST_P(Values, a_statement_tells_how_many_rows_it_changed) {
    open()->write_now([](Writer& w) {
        EXPECT_EQ(w.run("CREATE TABLE t (n bigint)"), 0);
        EXPECT_EQ(w.run("INSERT INTO t VALUES (1), (2), (3)"), 3);
        EXPECT_EQ(w.run("SELECT n FROM t"), 0);
        EXPECT_EQ(w.run("UPDATE t SET n = n WHERE n > $1", 1), 2);
        EXPECT_EQ(w.run("DELETE FROM t WHERE n = $1", 9), 0);
        EXPECT_EQ(w.all<int>("DELETE FROM t RETURNING n").size(), 3u);
    });
}

TEST_P(Values, more_statements_than_are_kept_prepared_still_run) {
    const auto db = open(1);
    db->read_now([](Reader& r) {
        for (int round = 0; round < 2; ++round)
            for (int i = 0; i < 300; ++i)
                ASSERT_EQ(r.one<int>(fmt::format("SELECT {}", i)), i);
    });
}

XENTREE_ON_EACH_DATABASE(Values);

} // namespace
} // namespace xentree
