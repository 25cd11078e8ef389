#include "features/identity/access_token_keys.h"

#include "people.h"

namespace xentree {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Two nodes over one database.
class SigningKeys : public EachDatabase {
  public:
    SigningKeys() {
        database->migrate();
        here.load();
        there.load();
    }
    bool knows(AccessTokenKeys& node, const AccessTokenKey& key) {
        const auto found = loop.await(node.find(key.id));
        return found && found->secret == key.secret;
    }
    std::int64_t count() {
        std::int64_t number = 0;
        database->read_now(
            [&](Reader& db) { number = *db.one<std::int64_t>("SELECT COUNT(*) FROM access_token_keys"); });
        return number;
    }

    SetClock clock{noon};
    const MasterKey master_key = MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    std::unique_ptr<Database> database = open();
    AccessTokenKeys here{*database, master_key, clock};
    AccessTokenKeys there{*database, master_key, clock};
    Loop loop;
};

TEST_P(SigningKeys, nodes_that_start_on_one_database_sign_with_one_key) {
    EXPECT_EQ(here.current().id, there.current().id);
    EXPECT_EQ(here.current().secret, there.current().secret);
    EXPECT_EQ(count(), 1);
}

TEST_P(SigningKeys, nodes_that_start_at_once_on_an_empty_database_make_one_key) {
    database->write_now([](Writer& db) { db.run("DELETE FROM access_token_keys"); });
    std::vector<std::unique_ptr<AccessTokenKeys>> nodes;
    for (int i = 0; i < 4; ++i)
        nodes.push_back(std::make_unique<AccessTokenKeys>(*database, master_key, clock));
    const auto ends = at_once(4, [&](Loop&, int i) { nodes[static_cast<std::size_t>(i)]->load(); });
    EXPECT_EQ(ends, std::vector(4, std::optional<ErrorCode>()));
    EXPECT_EQ(count(), 1);
    for (const auto& node : nodes)
        EXPECT_EQ(node->current().id, nodes.front()->current().id);
}

TEST_P(SigningKeys, the_new_key_signs_and_the_old_one_verifies_until_its_last_token_has_run_out) {
    const auto old = here.current();
    clock.advance(hours(1));
    here.rotate();
    EXPECT_NE(here.current().id, old.id);
    EXPECT_TRUE(knows(here, here.current()));
    EXPECT_TRUE(knows(here, old));
    // Another node may have signed with it for 5 minutes more; its tokens are good for 15.
    clock.advance(minutes(20));
    EXPECT_TRUE(knows(here, old));
    clock.advance(Milliseconds(1));
    EXPECT_FALSE(knows(here, old));
    here.upkeep();
    EXPECT_FALSE(knows(here, old));
    EXPECT_TRUE(knows(here, here.current()));
}

TEST_P(SigningKeys, a_key_made_a_moment_ago_by_another_node_is_known) {
    clock.advance(hours(1));
    there.rotate();
    EXPECT_NE(here.current().id, there.current().id);
    EXPECT_TRUE(knows(here, there.current()));
    EXPECT_EQ(here.current().id, there.current().id);
}

TEST_P(SigningKeys, a_key_made_a_moment_ago_is_known_also_after_a_token_with_a_forged_one) {
    clock.advance(hours(1));
    EXPECT_FALSE(loop.await(here.find("forged")));
    there.rotate();
    EXPECT_TRUE(knows(here, there.current()));
}

TEST_P(SigningKeys, upkeep_takes_over_what_another_node_has_made) {
    clock.advance(hours(1));
    there.rotate();
    here.upkeep();
    EXPECT_EQ(here.current().id, there.current().id);
    EXPECT_EQ(count(), 2);
}

TEST_P(SigningKeys, upkeep_makes_a_new_one_after_30_days_and_not_before) {
    const auto old = here.current();
    clock.set(noon + hours(30 * 24));
    here.upkeep();
    EXPECT_EQ(here.current().id, old.id);
    clock.advance(Milliseconds(1));
    here.upkeep();
    EXPECT_NE(here.current().id, old.id);
    there.upkeep();
    EXPECT_EQ(there.current().id, here.current().id);
    EXPECT_EQ(count(), 2);
}

TEST_P(SigningKeys, a_key_made_in_the_same_millisecond_signs) {
    for (int i = 0; i < 8; ++i) { // their ids are in no order
        const auto old = here.current();
        here.rotate();
        EXPECT_NE(here.current().id, old.id);
    }
    EXPECT_EQ(count(), 9);
}

TEST_P(SigningKeys, a_key_made_after_the_clock_was_set_back_signs) {
    const auto old = here.current();
    clock.set(noon - hours(1));
    here.rotate();
    EXPECT_NE(here.current().id, old.id);
    there.upkeep();
    EXPECT_EQ(there.current().id, here.current().id);
    EXPECT_EQ(count(), 2);
}

TEST_P(SigningKeys, another_master_key_does_not_open_them_and_the_operator_is_told_what_to_do) {
    const MasterKey other = MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHhw");
    AccessTokenKeys keys(*database, other, clock);
    const std::string message = message_of([&] { keys.load(); });
    EXPECT_NE(message.find("--master-key-file"), std::string::npos) << message;
    EXPECT_EQ(count(), 1);
}

TEST_P(SigningKeys, the_database_has_them_sealed) {
    const auto secret = here.current().secret;
    database->read_now([&](Reader& db) {
        const auto sealed = db.one<Blob>("SELECT sealed_secret FROM access_token_keys")->bytes;
        EXPECT_EQ(sealed.find(std::string(secret.begin(), secret.end())), std::string::npos);
    });
}

XENTREE_HOLDS_ON_EACH_DATABASE(SigningKeys);

} // namespace
} // namespace xentree
