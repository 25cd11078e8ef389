#include "features/conversations/conversations.h"
#include "mailed_people.h"

namespace xentree {
namespace {

class Removing : public MailedPeople {
  public:
    std::optional<ErrorCode> removal_error(const Caller& caller, const std::string& by = password) {
        return code_of([&] { loop.await(accounts.remove(caller, by)); });
    }
    std::int64_t count_rows(const std::string& table) {
        return look_up<std::int64_t>("SELECT COUNT(*) FROM " + table);
    }
    OrganizationId add_organization(const std::string& slug, Instant created = noon) {
        const auto id = OrganizationId::make(created);
        database->write_now([&](Writer& db) {
            db.run("INSERT INTO organizations (id, name, slug, is_personal, plan, created_at, updated_at) "
                   "VALUES ($1, $2, $2, FALSE, 'free', $3, $3)",
                   id, slug, created);
        });
        return id;
    }
    void join(OrganizationId organization, UserId user, const std::string& role) {
        database->write_now([&](Writer& db) {
            db.run(
                "INSERT INTO memberships (organization_id, user_id, role, joined_at) VALUES ($1, $2, $3, 0)",
                organization, user, role);
        });
    }
    bool exists(OrganizationId organization) {
        return look_up<std::int64_t>("SELECT COUNT(*) FROM organizations WHERE id = $1", organization) == 1;
    }
};

TEST_P(Removing, everything_that_the_account_alone_owns_goes_and_its_names_are_free) {
    const auto mira = sign_up("mira");
    sign_up("ola");
    const auto shared = add_organization("shared"), alone = add_organization("alone");
    join(shared, profile(caller("ola").user).id, "owner");
    join(shared, mira.id, "owner");
    join(alone, mira.id, "owner");
    const auto session = log_in("mira");
    forget_password("mira@example.com");
    const auto asking = authenticate(session);
    database->write_now([&](Writer& db) {
        const auto id = ConversationId::make(noon);
        db.run("INSERT INTO conversations (id, owner_id, title, provider, message_count, active_at, "
               "created_at, updated_at) VALUES ($1, $2, 't', 'p', 1, 0, 0, 0)",
               id, mira.id);
        db.run("INSERT INTO messages (id, conversation_id, owner_id, role, content, position, created_at) "
               "VALUES ($1, $2, $3, 'user', 'hello', 0, 0)",
               MessageId::make(noon), id, mira.id);
    });
    const auto reset = reset_token("mira@example.com"), verification = verification_token("mira@example.com");

    EXPECT_EQ(removal_error(asking), std::nullopt);

    EXPECT_EQ(access_error(session), ErrorCode::invalid_token);
    EXPECT_EQ(refresh_error(session.refresh_token), ErrorCode::invalid_token);
    EXPECT_EQ(reset_error(reset), ErrorCode::validation_error);
    EXPECT_EQ(verify_error(verification), ErrorCode::validation_error);
    EXPECT_EQ(login_error("mira", password), ErrorCode::invalid_credentials);
    EXPECT_EQ(removal_error(asking), ErrorCode::invalid_token);
    EXPECT_FALSE(exists(mira.default_organization_id));
    EXPECT_FALSE(exists(alone));
    EXPECT_TRUE(exists(shared));
    EXPECT_EQ(count_rows("users"), 1);
    EXPECT_EQ(count_rows("memberships"), 2);
    EXPECT_EQ(count_rows("conversations"), 0);
    EXPECT_EQ(count_rows("messages"), 0);
    EXPECT_EQ(code_of([&] { add("mira"); }), std::nullopt);
}

struct Column {
    std::string table, name;
    std::optional<std::string> on_delete; // of its foreign key
};
BOOST_DESCRIBE_STRUCT(Column, (), (table, name, on_delete))

constexpr auto sqlite_columns =
    "SELECT tables.name, columns.name, keys.on_delete FROM sqlite_master AS tables "
    "JOIN pragma_table_info(tables.name) AS columns LEFT JOIN pragma_foreign_key_list(tables.name) AS keys "
    "ON keys.\"from\" = columns.name WHERE tables.type = 'table'";
constexpr auto postgres_columns =
    "SELECT CAST(tables.relname AS text), CAST(columns.attname AS text), "
    "CASE keys.confdeltype WHEN 'c' THEN 'CASCADE' END FROM pg_class AS tables "
    "JOIN pg_attribute AS columns ON columns.attrelid = tables.oid AND columns.attnum > 0 "
    "LEFT JOIN pg_constraint AS keys ON keys.conrelid = tables.oid AND keys.contype = 'f' AND "
    "columns.attnum = ANY (keys.conkey) "
    "WHERE tables.relkind = 'r' AND tables.relnamespace = CAST('public' AS regnamespace)";

// So a new table cannot keep what is of a deleted account.
TEST_P(Removing, whatever_names_a_user_or_an_organization_goes_with_it) {
    const std::set<std::string> through_another{"messages.owner_id", "users.default_organization_id"};
    std::vector<Column> columns;
    database->read_now([&](Reader& db) {
        columns = db.all<Column>(GetParam() == Dialect::sqlite ? sqlite_columns : postgres_columns);
    });
    std::size_t checked = 0;
    for (const auto& column : columns) {
        const bool is_owner = column.name.ends_with("user_id") || column.name.ends_with("owner_id") ||
                              column.name.ends_with("organization_id");
        if (!is_owner || through_another.contains(column.table + "." + column.name))
            continue;
        EXPECT_EQ(column.on_delete, "CASCADE") << column.table << "." << column.name;
        ++checked;
    }
    EXPECT_GE(checked, 5u);
}

TEST_P(Removing, what_was_answered_to_the_account_goes_too_and_its_registration_can_be_made_again) {
    const auto register_mira = [&] {
        Visitor from = visitor();
        from.repeatable = RepeatableRequest{"k1", "POST /api/auth/register", "a"};
        return loop.await(accounts.register_user(std::move(from), registration("mira")));
    };
    const auto first = register_mira();
    auto mira = caller("mira");
    mira.repeatable = RepeatableRequest{"k2", "POST /things", "a"};
    database->write_now(
        [&](Writer& db) { idempotency.once<UserProfile>(db, mira, mira.identity(), [&] { return first; }); });
    EXPECT_EQ(count_rows("idempotency_answers"), 2);
    EXPECT_EQ(register_mira().id, first.id);
    EXPECT_EQ(removal_error(mira), std::nullopt);
    EXPECT_EQ(count_rows("idempotency_answers"), 0);
    EXPECT_NE(register_mira().id, first.id);
    EXPECT_EQ(login_error("mira", password), std::nullopt);
}

TEST_P(Removing, the_last_owner_of_others_is_told_of_the_organizations_and_stays) {
    const auto mira = sign_up("mira"), ola = sign_up("ola");
    const auto younger = add_organization("younger", noon + Seconds(1)), older = add_organization("older");
    for (const auto organization : {younger, older}) {
        join(organization, mira.id, "owner");
        join(organization, ola.id, "admin");
    }
    try {
        loop.await(accounts.remove(caller("mira"), password));
        ADD_FAILURE();
    } catch (const ApiError& error) {
        EXPECT_EQ(error.code, ErrorCode::last_owner);
        EXPECT_EQ(boost::json::serialize(error.members.at("organization_ids")),
                  "[\"" + older.text() + "\",\"" + younger.text() + "\"]");
    }
    EXPECT_NE(message_of([&] { accounts.remove_now("mira"); }).find(older.text()), std::string::npos);
    EXPECT_EQ(removal_error(caller("ola")), std::nullopt); // no owner, so free to go
    EXPECT_EQ(removal_error(caller("mira")), std::nullopt);
    EXPECT_FALSE(exists(older));
}

TEST_P(Removing, the_oldest_hundred_organizations_are_told) {
    const auto mira = sign_up("mira"), ola = sign_up("ola");
    for (int i = 0; i < 101; ++i) {
        const auto organization = add_organization(std::to_string(i), noon + Seconds(i));
        join(organization, mira.id, "owner");
        join(organization, ola.id, "member");
    }
    try {
        loop.await(accounts.remove(caller("mira"), password));
        ADD_FAILURE();
    } catch (const ApiError& error) {
        EXPECT_EQ(error.members.at("organization_ids").as_array().size(), 100u);
    }
}

TEST_P(Removing, a_wrong_password_counts_as_a_failed_login_and_removes_nothing) {
    sign_up("mira");
    const auto mira = caller("mira");
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(removal_error(mira, "wrong"), ErrorCode::validation_error);
    EXPECT_EQ(removal_error(mira), ErrorCode::rate_limited);
    EXPECT_EQ(count_rows("users"), 1);
}

TEST_P(Removing, what_is_written_for_an_account_that_has_gone_is_a_conflict) {
    const auto write = [&](Writer& db) {
        db.run("INSERT INTO conversations (id, owner_id, title, provider, message_count, active_at, "
               "created_at, updated_at) VALUES ($1, $2, 't', 'p', 0, 0, 0, 0)",
               ConversationId::make(noon), UserId::make(noon));
    };
    EXPECT_EQ(code_of([&] { database->write_now(write); }), ErrorCode::conflict);
}

TEST_P(Removing, the_operator_deactivates_and_activates) {
    sign_up("mira");
    const auto session = log_in("mira");
    forget_password("mira@example.com");
    const auto reset = reset_token("mira@example.com");
    accounts.set_active_now("Mira@example.com", false);
    EXPECT_EQ(access_error(session), ErrorCode::invalid_token);
    EXPECT_EQ(login_error("mira", password), ErrorCode::invalid_credentials);
    accounts.set_active_now("mira", true);
    EXPECT_EQ(access_error(session), ErrorCode::invalid_token); // it does not come back
    EXPECT_EQ(reset_error(reset), ErrorCode::validation_error);
    EXPECT_EQ(login_error("mira", password), std::nullopt);
    EXPECT_NE(message_of([&] { accounts.set_active_now("ola", false); }).find("ola"), std::string::npos);
}

XENTREE_HOLDS_ON_EACH_DATABASE(Removing);

} // namespace
} // namespace xentree
