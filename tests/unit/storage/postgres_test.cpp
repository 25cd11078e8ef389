#include "each_database.h"
#include "postgres_server.h"

namespace xentree {
namespace {

class Postgres : public testing::Test {
  public:
    PostgresServer& server = PostgresServer::shared();
    const std::string url = server.make_database();
    const std::string name = database_name(url);
    const std::unique_ptr<Database> db = open_database({.url = url, .connections = 1});

    void end_connections() {
        server.administer(fmt::format(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{}'", name));
    }
    std::vector<int> rows() {
        std::vector<int> found;
        db->read_now([&](Reader& r) { found = r.all<int>("SELECT n FROM t ORDER BY n"); });
        return found;
    }

  protected:
    void SetUp() override {
        db->write_now([](Writer& w) { w.run("CREATE TABLE t (n bigint)"); });
        db->read_now([](Reader& r) { r.all<int>("SELECT 1"); });
    }
};

TEST_F(Postgres, a_connection_that_was_ended_while_idle_is_opened_again) {
    end_connections();
    EXPECT_TRUE(rows().empty());
    db->write_now([](Writer& w) { w.run("INSERT INTO t VALUES (1)"); });
    EXPECT_EQ(rows(), std::vector{1});
}

TEST_F(Postgres, a_write_whose_connection_is_lost_before_commit_runs_once_more_and_counts_once) {
    int runs = 0;
    db->write_now([&](Writer& w) {
        w.run("INSERT INTO t VALUES (2)");
        if (++runs == 1)
            end_connections();
        w.run("INSERT INTO t VALUES (3)");
    });
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(rows(), (std::vector{2, 3}));
}

TEST_F(Postgres, a_write_whose_connection_is_lost_twice_is_unavailable) {
    int runs = 0;
    EXPECT_EQ(code_of([&] {
                  db->write_now([&](Writer& w) {
                      ++runs;
                      end_connections();
                      w.run("INSERT INTO t VALUES (3)");
                  });
              }),
              ErrorCode::unavailable);
    EXPECT_EQ(runs, 2);
    EXPECT_TRUE(rows().empty());
}

TEST_F(Postgres, a_connection_lost_during_commit_is_unavailable_and_not_run_again) {
    db->write_now([](Writer& w) {
        w.run(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END'");
        w.run("CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
              "FOR EACH ROW EXECUTE FUNCTION die()");
    });
    int runs = 0;
    EXPECT_EQ(code_of([&] {
                  db->write_now([&](Writer& w) {
                      ++runs;
                      w.run("INSERT INTO t VALUES (4)");
                  });
              }),
              ErrorCode::unavailable);
    EXPECT_EQ(runs, 1);
}

TEST_F(Postgres, a_server_that_takes_no_connections_is_unavailable_and_is_used_again_when_it_does) {
    server.administer(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS false", name));
    end_connections();
    const auto read = [&] { return code_of([&] { rows(); }); };
    const auto write = [&] { return code_of([&] { db->write_now([](Writer& w) { w.run("SELECT 1"); }); }); };
    EXPECT_EQ(read(), ErrorCode::unavailable);
    EXPECT_EQ(read(), ErrorCode::unavailable); // at once, without asking the server
    EXPECT_EQ(write(), ErrorCode::unavailable);
    server.administer(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS true", name));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (read() || write())
        ASSERT_LT(std::chrono::steady_clock::now(), deadline);
}

TEST_F(Postgres, a_collision_that_the_function_hides_is_met_by_a_rerun) {
    int runs = 0;
    db->write_now([&](Writer& w) {
        if (++runs == 1)
            code_of([&] { w.run("DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END$$"); });
        else
            w.run("INSERT INTO t VALUES (5)");
    });
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(rows(), std::vector{5});
}

TEST_F(Postgres, writes_are_serializable_and_durable) {
    db->write_now([](Writer& w) {
        EXPECT_EQ(w.one<std::string>("SHOW transaction_isolation"), "serializable");
        EXPECT_EQ(w.one<std::string>("SHOW synchronous_commit"), "on");
        EXPECT_EQ(w.one<std::string>("SHOW statement_timeout"), "30s");
    });
}

TEST_F(Postgres, a_fault_tells_its_sqlstate_and_no_value) {
    db->write_now([](Writer& w) { w.run("CREATE TABLE c (s text CHECK (length(s) < 3))"); });
    const auto message =
        message_of([&] { db->write_now([](Writer& w) { w.run("INSERT INTO c VALUES ($1)", "a secret"); }); });
    EXPECT_NE(message.find("23514"), std::string::npos) << message;
    EXPECT_EQ(message.find("a secret"), std::string::npos) << message;
}

} // namespace
} // namespace xentree
