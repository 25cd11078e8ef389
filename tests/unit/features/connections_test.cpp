#include "features/connectors/connections.h"

#include "features/connectors/sealed_tokens.h"
#include "features/connectors/store.h"
#include "people.h"

namespace xentree {
namespace {

namespace store = connections_store;

// A connection of Mira's; the provider's addresses lead nowhere.
class Connected : public People {
  public:
    Connected() {
        const StoredTokens tokens{"access", "refresh", noon + std::chrono::hours(1)};
        const store::Consent consent{
            ConnectionStatus::connected, std::nullopt, {seal_tokens(master_key, id, tokens), {}}, noon, {}};
        write([&](Writer& db) {
            store::insert(db, {id, mira, google}, consent);
            return true;
        });
    }

    template<class F>
    bool write(F f) {
        bool answer = false;
        database->write_now([&](Writer& db) { answer = f(db); });
        return answer;
    }
    bool lease(std::int64_t version) {
        return write([&](Writer& db) {
            return store::take_lease(db, {mira, id, version}, {clock.now(), clock.now() + Seconds(30)});
        });
    }
    bool keep(std::int64_t version) {
        return write([&](Writer& db) { return store::keep_tokens(db, {mira, id, version}, {{"x"}, {}}); });
    }
    bool end(std::int64_t version) {
        return write([&](Writer& db) {
            return store::end(db, {mira, id, version}, ConnectionStatus::needs_reauth, "ended");
        });
    }
    std::int64_t waiting() { return look_up<std::int64_t>("SELECT COUNT(*) FROM revocations"); }

    static Providers unreachable() {
        auto providers = known_providers();
        providers.front().client_id = "a";
        providers.front().revocation_url = "http://127.0.0.1:1/revoke";
        return Providers(providers);
    }

    static constexpr auto google = ConnectorProvider::google_calendar;
    const UserId mira = add("mira").id;
    const ConnectionId id = ConnectionId::make(noon);
    const Providers providers = unreachable();
    Revocations revocations{{*database, master_key, clock, providers, Seconds(1)}};
    Connections connections{{*database, master_key, audit, revocations}};
};

TEST_P(Connected, one_renews_the_tokens_until_its_time_is_over) {
    EXPECT_TRUE(lease(1));
    EXPECT_FALSE(lease(1));
    clock.advance(Seconds(30)); // the holder has died
    EXPECT_TRUE(lease(1));
    EXPECT_TRUE(keep(1));
    EXPECT_FALSE(lease(1)); // of tokens that are no more
    EXPECT_TRUE(lease(2));
}

TEST_P(Connected, who_saw_older_tokens_changes_nothing) {
    EXPECT_TRUE(keep(1));
    EXPECT_FALSE(keep(1));
    EXPECT_FALSE(end(1));
    EXPECT_TRUE(end(2));
    EXPECT_FALSE(lease(3)); // nothing to renew any more
}

TEST_P(Connected, another_finds_nothing_under_the_id) {
    const UserId ola = add("ola").id;
    EXPECT_FALSE(write([&](Writer& db) { return store::find(db, ola, id).has_value(); }));
    EXPECT_FALSE(write([&](Writer& db) { return store::take_lease(db, {ola, id, 1}, {noon, noon}); }));
    EXPECT_FALSE(write([&](Writer& db) { return store::erase(db, ola, id); }));
    EXPECT_EQ(code_of([&] { loop.await(connections.remove(caller("ola"), id)); }), ErrorCode::not_found);
    EXPECT_EQ(waiting(), 0);
}

TEST_P(Connected, a_provider_that_is_away_is_told_seven_times_and_then_no_more) {
    loop.await(connections.remove(caller("mira"), id));
    int tries = 0;
    for (; waiting() == 1 && tries < 20; ++tries) {
        const auto before = look_up<std::int64_t>("SELECT attempts FROM revocations");
        revocations.work_off();
        if (waiting() == 1) {
            EXPECT_EQ(look_up<std::int64_t>("SELECT attempts FROM revocations"), before + 1);
            revocations.work_off(); // nothing is due
            EXPECT_EQ(look_up<std::int64_t>("SELECT attempts FROM revocations"), before + 1);
        }
        clock.advance(std::chrono::hours(24));
    }
    EXPECT_EQ(tries, 7);
}

TEST_P(Connected, what_is_to_be_told_outlives_the_account) {
    database->write_now([&](Writer& db) { connections.end_all(db, mira); });
    accounts.remove_now("mira");
    EXPECT_EQ(waiting(), 1);
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM connections"), 0);
}

XENTREE_HOLDS_ON_EACH_DATABASE(Connected);

} // namespace
} // namespace xentree
