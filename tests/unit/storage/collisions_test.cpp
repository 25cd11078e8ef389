#include <barrier>

#include "each_database.h"

namespace xentree {
namespace {

class Collisions : public EachDatabase {
  public:
    std::unique_ptr<Database> open_with_table() const {
        auto db = open();
        db->write_now([](Writer& w) {
            w.run("CREATE TABLE t (id bigint PRIMARY KEY, n bigint)");
            w.run("INSERT INTO t VALUES (1, 0)");
        });
        return db;
    }
};

// Has two transactions read before either writes. SQLite has one writer, which would wait for ever.
class Meeting {
  public:
    void attend(int attempt) {
        if (Collisions::GetParam() == Dialect::postgresql && attempt == 1)
            both_.arrive_and_wait();
    }

  private:
    std::barrier<> both_{2};
};

TEST_P(Collisions, two_increments_that_race_both_count) {
    const auto db = open_with_table();
    Loop loop;
    Meeting meeting;
    std::atomic<int> runs = 0;
    const auto increment = [&, attempt = 0](Writer& w) mutable {
        ++runs;
        const int n = *w.one<int>("SELECT n FROM t WHERE id = 1");
        meeting.attend(++attempt);
        w.run("UPDATE t SET n = $1 WHERE id = 1", n + 1);
    };
    auto one = loop.begin(db->write(increment));
    auto other = loop.begin(db->write(increment));
    loop.finish();
    one.get();
    other.get();
    db->read_now([](Reader& r) { EXPECT_EQ(r.one<int>("SELECT n FROM t"), 2); });
    EXPECT_EQ(runs, GetParam() == Dialect::postgresql ? 3 : 2);
}

TEST_P(Collisions, many_increments_of_one_row_all_count) {
    const auto db = open_with_table();
    Loop loop;
    std::vector<std::future<void>> calls;
    for (int i = 0; i < 100; ++i)
        calls.push_back(loop.begin(db->write([](Writer& w) {
            const int n = *w.one<int>("SELECT n FROM t WHERE id = 1");
            w.run("UPDATE t SET n = $1 WHERE id = 1", n + 1);
        })));
    loop.finish();
    int done = 0;
    for (auto& call : calls)
        done += code_of([&] { call.get(); }) ? 0 : 1;
    db->read_now([&](Reader& r) { EXPECT_EQ(r.one<int>("SELECT n FROM t"), done); });
    EXPECT_GE(done, 90); // the rest was told that it kept colliding
}

TEST_P(Collisions, of_two_that_insert_one_key_the_second_sees_the_first) {
    const auto db = open_with_table();
    Loop loop;
    Meeting meeting;
    const auto insert = [&, attempt = 0](Writer& w) mutable {
        const bool taken = w.one<int>("SELECT 1 FROM t WHERE id = 2").has_value();
        meeting.attend(++attempt);
        if (taken)
            throw ApiError(ErrorCode::email_taken);
        w.run("INSERT INTO t VALUES (2, 0)");
    };
    auto one = loop.begin(db->write(insert));
    auto other = loop.begin(db->write(insert));
    loop.finish();
    const std::multiset<std::optional<ErrorCode>> outcomes = {code_of([&] { one.get(); }),
                                                              code_of([&] { other.get(); })};
    EXPECT_EQ(outcomes, (std::multiset<std::optional<ErrorCode>>{std::nullopt, ErrorCode::email_taken}));
}

TEST_P(Collisions, a_key_that_stays_taken_ends_as_a_conflict) {
    const auto db = open_with_table();
    EXPECT_EQ(code_of([&] { db->write_now([](Writer& w) { w.run("INSERT INTO t VALUES (1, 5)"); }); }),
              ErrorCode::conflict);
    db->read_now([](Reader& r) { EXPECT_EQ(r.one<int>("SELECT n FROM t"), 0); });
}

XENTREE_ON_EACH_DATABASE(Collisions);

} // namespace
} // namespace xentree
