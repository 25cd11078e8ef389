#include "each_database.h"

namespace xentree {
namespace {

class Writes : public EachDatabase {
  public:
    static auto insert(int n) {
        return [n](Writer& w) { w.run("INSERT INTO t VALUES ($1)", n); };
    }
    static std::vector<int> rows(Database& db) {
        std::vector<int> found;
        db.read_now([&](Reader& r) { found = r.all<int>("SELECT n FROM t ORDER BY n"); });
        return found;
    }
    std::unique_ptr<Database> open_with_table(std::size_t connections = 8, std::size_t queue = 4096) const {
        auto db = open(connections, queue);
        db->write_now([](Writer& w) { w.run("CREATE TABLE t (n bigint PRIMARY KEY)"); });
        return db;
    }
};

TEST_P(Writes, a_job_that_throws_changes_nothing_and_the_others_beside_it_are_kept) {
    const auto db = open_with_table(1);
    Loop loop;
    HeldWriter held(*db, loop);
    auto first = loop.begin(db->write(insert(1)));
    auto thrown = loop.begin(db->write([](Writer& w) {
        w.run("INSERT INTO t VALUES (2)");
        throw ApiError(ErrorCode::not_found);
    }));
    auto wrong = loop.begin(db->write([](Writer& w) {
        w.run("INSERT INTO t VALUES (3)");
        w.run("INSERT INTO nowhere VALUES (3)");
    }));
    auto last = loop.begin(db->write(insert(4)));
    held.let_go();
    loop.finish();

    EXPECT_EQ(code_of([&] { first.get(); }), std::nullopt);
    EXPECT_EQ(code_of([&] { thrown.get(); }), ErrorCode::not_found);
    EXPECT_NE(message_of([&] { wrong.get(); }).find("nowhere"), std::string::npos);
    EXPECT_EQ(code_of([&] { last.get(); }), std::nullopt);
    EXPECT_EQ(rows(*db), (std::vector{1, 4}));
}

TEST_P(Writes, a_write_that_returned_is_there_after_reopening) {
    Loop loop;
    loop.await(open_with_table()->write(insert(5)));
    EXPECT_EQ(rows(*open()), std::vector{5});
}

TEST_P(Writes, a_read_sees_what_was_committed_before_it) {
    const auto db = open_with_table();
    Loop loop;
    for (int i = 1; i <= 20; ++i) {
        loop.await(db->write(insert(i)));
        const auto count = [](Reader& r) { return *r.one<int>("SELECT count(*) FROM t"); };
        ASSERT_EQ(loop.await(db->read(count)), i);
    }
}

TEST_P(Writes, a_write_answers_what_its_function_answers) {
    const auto db = open_with_table();
    Loop loop;
    const auto answer = loop.await(db->write([](Writer& w) {
        w.run("INSERT INTO t VALUES (6)");
        return w.all<int>("SELECT n FROM t");
    }));
    EXPECT_EQ(answer, std::vector{6});
}

TEST_P(Writes, a_full_queue_is_answered_with_unavailable_at_once) {
    const auto db = open_with_table(1, 2);
    Loop loop;
    HeldWriter held(*db, loop);
    auto second = loop.begin(db->write(insert(1)));
    auto third = loop.begin(db->write(insert(2)));
    auto refused = loop.begin(db->write(insert(3)));
    try {
        ASSERT_EQ(refused.wait_for(std::chrono::seconds(0)), std::future_status::ready);
        refused.get();
        ADD_FAILURE() << "it was taken";
    } catch (const ApiError& error) {
        EXPECT_EQ(error.code, ErrorCode::unavailable);
        EXPECT_EQ(error.retry_after, std::chrono::seconds(1));
    }
    held.let_go();
    loop.finish();
    EXPECT_EQ(rows(*db), (std::vector{1, 2}));
}

TEST_P(Writes, closing_finishes_what_was_begun) {
    auto db = open_with_table(1);
    Loop loop;
    std::vector<std::future<void>> calls;
    {
        HeldWriter held(*db, loop);
        for (int i = 0; i < 50; ++i)
            calls.push_back(loop.begin(db->write(insert(i))));
        held.let_go();
        db.reset();
        loop.finish();
    }
    for (auto& call : calls)
        EXPECT_EQ(code_of([&] { call.get(); }), std::nullopt);
    EXPECT_EQ(rows(*open()).size(), 50u);
}

TEST_P(Writes, a_cancelled_caller_does_not_take_its_frame_from_a_running_write) {
    const auto db = open_with_table(1);
    Loop loop;
    HeldWriter held(*db, loop);
    asio::cancellation_signal gone_away;
    asio::io_context io;
    bool ended = false;
    asio::co_spawn(io, db->write(insert(7)),
                   asio::bind_cancellation_slot(gone_away.slot(), [&](std::exception_ptr) { ended = true; }));
    io.poll();
    gone_away.emit(asio::cancellation_type::all);
    io.restart();
    io.poll();
    EXPECT_FALSE(ended);
    held.let_go();
    loop.finish();
    io.restart();
    io.run();
    EXPECT_TRUE(ended);
    EXPECT_EQ(rows(*db), std::vector{7});
}

TEST_P(Writes, a_function_that_only_reads_cannot_write) {
    const auto db = open_with_table();
    EXPECT_TRUE(code_of(
        [&] { db->read_now([](Reader& r) { r.all<int>("INSERT INTO t VALUES (1) RETURNING n"); }); }));
    EXPECT_TRUE(rows(*db).empty());
}

TEST_P(Writes, an_error_that_the_function_hides_is_no_silent_loss) {
    const auto db = open_with_table();
    const auto outcome = code_of([&] {
        db->write_now([](Writer& w) {
            w.run("INSERT INTO t VALUES (1)");
            code_of([&] { w.run("INSERT INTO nowhere VALUES (1)"); });
        });
    });
    EXPECT_EQ(rows(*db).empty(), outcome.has_value());
}

TEST_P(Writes, what_nobody_waits_for_is_done_before_the_database_closes_and_fails_without_a_word) {
    auto db = open_with_table();
    for (int n : {1, 1, 2}) // the second one collides for good
        db->write_later(insert(n));
    db.reset();
    db = open();
    EXPECT_EQ(rows(*db), (std::vector{1, 2}));
}

XENTREE_ON_EACH_DATABASE(Writes);

} // namespace
} // namespace xentree
