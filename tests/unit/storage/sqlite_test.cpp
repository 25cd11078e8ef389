#include <filesystem>
#include <thread>

#include "each_database.h"
#include "storage/sqlite/connection.h"

namespace xentree {
namespace {

class Sqlite : public testing::Test {
  public:
    SqliteConnection other_process(Milliseconds patience = {}) const {
        return SqliteConnection(file, SqliteConnection::Access::write, patience);
    }
    TemporaryDirectory directory;
    const std::string file = (directory.path / "test.db").string();
    std::unique_ptr<Database> db = open_database({.url = "sqlite:" + file});

  protected:
    void SetUp() override {
        db->write_now([](Writer& w) { w.run("CREATE TABLE t (n bigint, filling bytea)"); });
    }
};

TEST_F(Sqlite, another_process_that_writes_is_waited_for) {
    auto other = other_process();
    other.script("BEGIN IMMEDIATE; INSERT INTO t VALUES (1, NULL)");
    auto write = std::async(std::launch::async, [&] {
        db->write_now([](Writer& w) { w.run("INSERT INTO t SELECT count(*) + 1, NULL FROM t"); });
    });
    EXPECT_EQ(write.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
    other.script("COMMIT");
    write.get();
    db->read_now([](Reader& r) { EXPECT_EQ(r.all<int>("SELECT n FROM t ORDER BY n"), (std::vector{1, 2})); });
}

TEST_F(Sqlite, a_database_that_another_process_keeps_is_unavailable) {
    auto other = other_process();
    other.script("BEGIN IMMEDIATE");
    auto second = other_process(Milliseconds(0));
    EXPECT_EQ(code_of([&] { second.script("BEGIN IMMEDIATE"); }), ErrorCode::unavailable);
}

TEST_F(Sqlite, a_full_disk_is_unavailable_and_what_was_answered_before_stays) {
    db->write_now([](Writer& w) { w.run("INSERT INTO t VALUES (1, NULL)"); });
    Loop loop;
    HeldWriter held(*db, loop);
    auto full = loop.begin(db->write([](Writer& w) {
        w.all<int>("PRAGMA max_page_count = 10"); // no more than that, for this connection
        w.run("INSERT INTO t VALUES (2, zeroblob(1000000))");
    }));
    held.let_go();
    loop.finish();
    EXPECT_EQ(code_of([&] { full.get(); }), ErrorCode::unavailable);
    db->write_now([](Writer& w) { w.run("INSERT INTO t VALUES (3, NULL)"); });
    db->read_now([](Reader& r) { EXPECT_EQ(r.all<int>("SELECT n FROM t ORDER BY n"), (std::vector{1, 3})); });
}

TEST_F(Sqlite, a_commit_that_fails_fails_every_write_of_its_group) {
    db->write_now([](Writer& w) {
        w.run("CREATE TABLE parent (id bigint PRIMARY KEY)");
        w.run("CREATE TABLE child (id bigint REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED)");
    });
    Loop loop;
    HeldWriter held(*db, loop);
    auto good = loop.begin(db->write([](Writer& w) { w.run("INSERT INTO t VALUES (1, NULL)"); }));
    auto bad = loop.begin(db->write([](Writer& w) { w.run("INSERT INTO child VALUES (1)"); }));
    held.let_go();
    loop.finish();
    EXPECT_TRUE(code_of([&] { good.get(); }));
    EXPECT_TRUE(code_of([&] { bad.get(); }));
    db->read_now([](Reader& r) { EXPECT_EQ(r.one<int>("SELECT count(*) FROM t"), 0); });
    db->write_now([](Writer& w) { w.run("INSERT INTO t VALUES (2, NULL)"); });
}

// Of this process, on the database file.
long open_files(const std::string& file) {
    return std::ranges::count_if(std::filesystem::directory_iterator("/proc/self/fd"),
                                 [&](const auto& entry) {
                                     std::error_code closed_meanwhile;
                                     return std::filesystem::read_symlink(entry, closed_meanwhile) == file;
                                 });
}

TEST_F(Sqlite, connections_of_threads_that_ended_do_not_add_up) {
    const auto read_on_a_thread = [&] {
        std::thread([&] { db->read_now([](Reader& r) { r.one<int>("SELECT count(*) FROM t"); }); }).join();
    };
    read_on_a_thread();
    const auto once = open_files(file); // SQLite keeps the file itself for the next connection
    for (int i = 0; i < 20; ++i)
        read_on_a_thread();
    EXPECT_EQ(open_files(file), once);
}

TEST_F(Sqlite, all_connections_close_with_the_database) {
    db->read_now([](Reader& r) { r.one<int>("SELECT count(*) FROM t"); });
    db.reset();
    EXPECT_EQ(open_files(file), 0);
    EXPECT_FALSE(std::filesystem::exists(file + "-wal"));
    db = open_database({.url = "sqlite:" + file});
    db->read_now([](Reader& r) { EXPECT_EQ(r.one<int>("SELECT count(*) FROM t"), 0); });
}

} // namespace
} // namespace xentree
