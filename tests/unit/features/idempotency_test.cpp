#include "features/idempotency/idempotency.h"

#include "people.h"

namespace xentree {
namespace {

using std::chrono::hours;

struct Made {
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Made, (), (number))

// A request that makes a row and answers its number.
class Repeating : public EachDatabase {
  public:
    Repeating() {
        database->migrate();
        database->write_now(
            [](Writer& db) { db.run("CREATE TABLE made (number bigint NOT NULL PRIMARY KEY)"); });
    }

    struct Ask {
        std::optional<std::string> key = "k1";
        std::string place = "POST /things";
        std::string body = R"({"a":1})";
        std::string who = "mira";
    };
    Task<Made> make(Ask ask) {
        Visitor visitor;
        if (ask.key)
            visitor.repeatable = RepeatableRequest{*ask.key, ask.place, ask.body};
        co_return co_await database->write([&](Writer& db) {
            return idempotency.once<Made>(db, visitor, ask.who, [&] {
                const Made made{*db.one<std::int64_t>("SELECT COUNT(*) FROM made") + 1};
                db.run("INSERT INTO made VALUES ($1)", made.number);
                return made;
            });
        });
    }
    std::int64_t number(Ask ask) { return loop.await(make(std::move(ask))).number; }
    std::int64_t count(std::string_view table) {
        std::int64_t number = 0;
        database->read_now([&](Reader& db) {
            number = *db.one<std::int64_t>("SELECT COUNT(*) FROM " + std::string(table));
        });
        return number;
    }

    SetClock clock{noon};
    Idempotency idempotency{MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"), clock};
    std::unique_ptr<Database> database = open();
    Loop loop;
};

TEST_P(Repeating, the_same_request_again_gets_the_first_answer_and_does_nothing) {
    EXPECT_EQ(number({}), 1);
    EXPECT_EQ(number({}), 1);
    EXPECT_EQ(count("made"), 1);
}

TEST_P(Repeating, without_a_key_each_request_does_its_work) {
    EXPECT_EQ(number({.key = std::nullopt}), 1);
    EXPECT_EQ(number({.key = std::nullopt}), 2);
    EXPECT_EQ(count("idempotency_answers"), 0);
}

TEST_P(Repeating, the_key_with_another_body_is_a_conflict_and_does_nothing) {
    number({});
    for (const char* body : {R"({"a":2})", "", "{}", R"({"a":1} )"})
        EXPECT_EQ(code_of([&] { number({.body = body}); }), ErrorCode::idempotency_key_reused) << body;
    EXPECT_EQ(count("made"), 1);
    EXPECT_EQ(number({}), 1);
}

TEST_P(Repeating, an_absent_body_is_the_same_as_an_empty_object) {
    EXPECT_EQ(number({.body = ""}), 1);
    EXPECT_EQ(number({.body = "{}"}), 1);
}

TEST_P(Repeating, another_caller_place_or_key_is_another_request) {
    EXPECT_EQ(number({}), 1);
    EXPECT_EQ(number({.who = "ola"}), 2);
    EXPECT_EQ(number({.place = "POST /others"}), 3);
    EXPECT_EQ(number({.key = "k2"}), 4);
    EXPECT_EQ(number({.key = "K1"}), 5);
}

TEST_P(Repeating, what_is_joined_otherwise_is_another_request) {
    EXPECT_EQ(number({.key = "bc", .who = "a"}), 1);
    EXPECT_EQ(number({.key = "c", .who = "ab"}), 2);
}

TEST_P(Repeating, after_24_hours_the_key_is_new_again) {
    EXPECT_EQ(number({}), 1);
    clock.set(noon + hours(24) - Milliseconds(1));
    EXPECT_EQ(number({}), 1);
    clock.set(noon + hours(24));
    EXPECT_EQ(number({.body = "{}"}), 2);
    EXPECT_EQ(number({.body = "{}"}), 2);
    EXPECT_EQ(count("idempotency_answers"), 1);
}

TEST_P(Repeating, a_replay_does_not_prolong_the_life_of_the_answer) {
    number({});
    clock.set(noon + hours(23));
    number({});
    clock.set(noon + hours(25));
    EXPECT_EQ(number({}), 2);
}

TEST_P(Repeating, a_request_that_failed_can_be_made_again) {
    const auto fail = [&](Writer& db) {
        Visitor visitor;
        visitor.repeatable = RepeatableRequest{"k1", "POST /things", R"({"a":1})"};
        idempotency.once<Made>(db, visitor, "mira", []() -> Made { throw ApiError(ErrorCode::conflict); });
    };
    EXPECT_EQ(code_of([&] { database->write_now(fail); }), ErrorCode::conflict);
    EXPECT_EQ(count("idempotency_answers"), 0);
    EXPECT_EQ(number({}), 1);
}

TEST_P(Repeating, of_many_at_once_one_does_the_work_and_all_get_its_answer) {
    std::array<std::int64_t, 6> numbers{};
    const auto ends = at_once(
        6, [&](Loop& own, int i) { numbers[static_cast<std::size_t>(i)] = own.await(make({})).number; });
    EXPECT_EQ(ends, std::vector(6, std::optional<ErrorCode>()));
    EXPECT_EQ(numbers, (std::array<std::int64_t, 6>{1, 1, 1, 1, 1, 1}));
    EXPECT_EQ(count("made"), 1);
}

TEST_P(Repeating, what_is_older_than_24_hours_is_forgotten_and_nothing_sooner) {
    number({});
    clock.set(noon + hours(1));
    number({.key = "k2"});
    clock.set(noon + hours(24));
    database->write_now([&](Writer& db) { idempotency.forget_old(db); });
    EXPECT_EQ(count("idempotency_answers"), 1);
    EXPECT_EQ(number({.key = "k2"}), 2);
}

XENTREE_HOLDS_ON_EACH_DATABASE(Repeating);

} // namespace
} // namespace xentree
