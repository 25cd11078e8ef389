#include <thread>

#include "each_database.h"

namespace xentree {
namespace {

class Schema : public EachDatabase {
  public:
    // All that makes the schema, as the database tells it.
    std::vector<std::string> schema() const {
        const auto db = connect();
        if (GetParam() == Dialect::sqlite)
            return db->all<std::string>("SELECT coalesce(sql, name) FROM sqlite_master ORDER BY type, name");
        return db->all<std::string>(
            "SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, is_nullable, "
            "column_default) AS line FROM information_schema.columns WHERE table_schema = 'public' "
            "UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' "
            "UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace ORDER BY line");
    }
    void clear() const {
        const auto db = connect();
        if (GetParam() == Dialect::postgresql)
            return db->script("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        db->script("PRAGMA foreign_keys = OFF");
        for (const auto& name : db->all<std::string>("SELECT name FROM sqlite_master WHERE type = 'table'"))
            db->script("DROP TABLE " + name);
    }
};

constexpr auto add_user =
    "INSERT INTO users (id, email, email_key, email_verified, username, password_hash, language, timezone, "
    "role, "
    "plan, is_active, is_profile_public, default_organization_id, created_at, updated_at) "
    "VALUES ($1, 'A@x.org', 'a@x.org', true, 'a', 'h', 'en', 'UTC', 'user', 'free', true, false, $1, 0, 0)";

TEST_P(Schema, every_earlier_version_is_brought_to_what_a_new_one_is) {
    open()->migrate();
    const auto fresh = schema();
    ASSERT_GT(fresh.size(), 10u);
    const auto known = built_in_migrations();
    for (std::size_t version = 1; version < known.size(); ++version) {
        clear();
        apply_migrations(*connect(), known.first(version));
        EXPECT_NE(schema(), fresh) << version;
        EXPECT_EQ(open()->migrate().size(), known.size() - version);
        EXPECT_EQ(schema(), fresh) << version;
    }
}

TEST_P(Schema, a_database_that_is_up_to_date_is_left_alone) {
    EXPECT_EQ(open()->migrate().front(), "001_accounts");
    EXPECT_TRUE(open()->migrate().empty());
}

TEST_P(Schema, of_several_nodes_that_start_at_once_each_migration_is_applied_by_one) {
    std::atomic<std::size_t> applied = 0;
    std::vector<std::thread> nodes;
    for (int i = 0; i < 4; ++i)
        nodes.emplace_back([&] { applied += open(1)->migrate().size(); });
    for (auto& node : nodes)
        node.join();
    EXPECT_EQ(applied, built_in_migrations().size());
}

TEST_P(Schema, a_database_of_a_newer_program_is_refused_and_left_alone) {
    open()->migrate();
    connect()->script("INSERT INTO schema_migrations VALUES (999, '999_future', 'x', 0)");
    const auto message = message_of([&] { open()->migrate(); });
    EXPECT_NE(message.find("999_future"), std::string::npos) << message;
    EXPECT_NE(message.find("newer"), std::string::npos) << message;
}

TEST_P(Schema, a_migration_that_was_changed_after_it_was_applied_is_refused) {
    open()->migrate();
    connect()->script("UPDATE schema_migrations SET checksum = 'x' WHERE version = 1");
    EXPECT_NE(message_of([&] { open()->migrate(); }).find("001_accounts"), std::string::npos);
}

TEST_P(Schema, a_migration_that_fails_leaves_nothing_behind_and_those_before_it_stay) {
    const std::vector<Migration> steps = {
        {1, "001_good", "CREATE TABLE good (n bigint);\n"},
        {2, "002_bad", "CREATE TABLE half (n bigint);\nSELECT nonsense;\n"}};
    const auto db = connect();
    EXPECT_NE(message_of([&] { apply_migrations(*db, steps); }).find("nonsense"), std::string::npos);
    EXPECT_EQ(db->all<std::string>("SELECT name FROM schema_migrations"),
              std::vector<std::string>{"001_good"});
    EXPECT_TRUE(code_of([&] { db->script("SELECT * FROM half"); }));
}

TEST_P(Schema, lines_for_one_database_are_not_run_on_the_other) {
    const Migration step{1, "001_x", "a\n-- only: sqlite\nb\n-- end\nc\n-- only: postgresql\nd\n-- end\ne"};
    EXPECT_EQ(statements_for(GetParam(), step),
              GetParam() == Dialect::sqlite ? "a\nb\nc\ne\n" : "a\nc\nd\ne\n");
}

TEST_P(Schema, foreign_keys_are_enforced) {
    const auto db = open();
    db->migrate();
    const auto user = UserId::make(Instant{});
    const auto organization = OrganizationId::make(Instant{});
    const auto join = [&](Writer& w) {
        w.run(
            "INSERT INTO memberships (organization_id, user_id, role, joined_at) VALUES ($1, $2, 'owner', 0)",
            organization, user);
    };
    EXPECT_EQ(code_of([&] { db->write_now(join); }), ErrorCode::conflict);
    db->write_now([&](Writer& w) {
        w.run(add_user, user);
        w.run("INSERT INTO organizations (id, name, slug, is_personal, plan, created_at, updated_at) "
              "VALUES ($1, 'A', 'a', true, 'free', 0, 0)",
              organization);
        join(w);
        w.run("DELETE FROM users WHERE id = $1", user);
    });
    db->read_now([](Reader& r) { EXPECT_EQ(r.one<int>("SELECT count(*) FROM memberships"), 0); });
}

XENTREE_ON_EACH_DATABASE(Schema);

} // namespace
} // namespace xentree
