#include "features/integration_tokens/token_grants.h"

#include "key_makers.h"

namespace xentree {
namespace {

class IntegrationTokensTest : public Keys {
  public:
    static IntegrationGrantRequest wanted(std::int64_t life = 120) {
        return {IntegrationMode::api, "https://partner.example.com", {"profile:read"}, life, {}, {}};
    }
    IntegrationGrantResponse grant(const Caller& by, IntegrationGrantRequest request = wanted()) {
        return loop.await(grants.grant(by, std::move(request)));
    }
    IntegrationRevokeResponse revoke(const Caller& by, OrganizationId organization, const std::string& jti) {
        IntegrationRevokeRequest request;
        request.tenantId = organization.text();
        request.jti = jti;
        return loop.await(revocations.revoke(by, std::move(request)));
    }
    std::optional<ErrorCode> use_error(const std::string& token) {
        return code_of([&] { loop.await(verifier.authenticate_integration(token, visitor())); });
    }
    std::optional<IntegrationTokenFault> reason(const Caller& by, const std::string& token) {
        IntegrationVerifyRequest request;
        request.token = token;
        return loop.await(verifier.verify(by, std::move(request))).reason;
    }
    std::int64_t count(const std::string& table) {
        return look_up<std::int64_t>("SELECT CAST(count(*) AS bigint) FROM " + table);
    }
    void forget() {
        database->write_now([&](Writer& db) {
            verifier.forget_old(db);
            revocations.forget_old(db);
        });
    }

    WorkerPool making{1, 8};
    TenantKeys tenant_keys{{*database, master_key, clock, making}};
    TokenVerifier verifier{{*database, tenant_keys, clock, "https://api.example.com"}};
    TokenRevocations revocations{{*database, verifier, audit, clock}};
    TokenGrants grants{{*database, tenant_keys, verifier, revocations, idempotency, audit, clock}};
};

TEST_P(IntegrationTokensTest, acts_for_its_user_inside_its_organization_as_nobodys_admin) {
    const UserProfile user = add("mira");
    accounts.promote_now("mira");
    const auto made = grant(caller("mira"));
    const Caller by = loop.await(verifier.authenticate_integration(made.token, visitor("203.0.113.9")));
    EXPECT_EQ(by.user, user.id);
    EXPECT_EQ(by.role, PlatformRole::user);
    EXPECT_EQ(by.address, "203.0.113.9");
    EXPECT_EQ(by.token->id, made.jti);
    EXPECT_EQ(by.bound_to(), user.default_organization_id);
    EXPECT_EQ(by.token->scopes, std::vector<std::string>{"profile:read"});
}

TEST_P(IntegrationTokensTest, the_token_is_nowhere_in_the_database) {
    add("mira");
    Caller by = caller("mira");
    by.repeatable = RepeatableRequest{"once", "POST /grant", "{}"};
    const auto made = grant(by);
    const std::string signature = made.token.substr(made.token.rfind('.') + 1);
    EXPECT_EQ(
        look_up<std::int64_t>("SELECT CAST(count(*) AS bigint) FROM idempotency_answers WHERE answer LIKE $1",
                              "%" + signature.substr(0, 20) + "%"),
        0);
    EXPECT_EQ(grant(by).token, made.token);
    EXPECT_EQ(count("integration_tokens"), 1);
}

TEST_P(IntegrationTokensTest, a_replay_whose_key_was_withdrawn_is_refused_until_the_token_would_have_ended) {
    const UserProfile user = add("mira");
    Caller by = caller("mira");
    by.repeatable = RepeatableRequest{"once", "POST /grant", "{}"};
    const auto made = grant(by);
    database->write_now([&](Writer& db) {
        db.run("DELETE FROM integration_keys WHERE organization_id = $1", user.default_organization_id);
    });
    EXPECT_EQ(code_of([&] { grant(by); }), ErrorCode::conflict);
    clock.advance(Seconds(120));
    EXPECT_NE(grant(by).jti, made.jti);
}

TEST_P(IntegrationTokensTest, a_key_that_was_deleted_meanwhile_issues_nothing) {
    const UserProfile user = add("mira");
    const auto key = make(caller("mira"), user.default_organization_id, "integrations:write");
    const Caller by = use(key);
    loop.await(api_keys.remove(caller("mira"), key.id));
    EXPECT_EQ(code_of([&] { grant(by); }), ErrorCode::not_found);
    EXPECT_EQ(count("integration_tokens"), 0);
}

TEST_P(IntegrationTokensTest, of_an_old_token_only_that_it_has_expired_is_told) {
    add("mira");
    const auto made = grant(caller("mira"));
    clock.advance(std::chrono::hours(24) + Seconds(119));
    forget();
    EXPECT_EQ(count("integration_tokens"), 1);
    clock.advance(Seconds(1));
    forget();
    EXPECT_EQ(count("integration_tokens"), 0);
    EXPECT_EQ(use_error(made.token), ErrorCode::token_expired);
    EXPECT_EQ(reason(caller("mira"), made.token), IntegrationTokenFault::expired);
}

TEST_P(IntegrationTokensTest, a_token_whose_row_is_gone_before_its_time_is_invalid_also_when_it_has_expired) {
    const UserProfile user = add("mira");
    const auto made = grant(caller("mira"));
    run("DELETE FROM integration_tokens WHERE user_id = $1", user.id);
    EXPECT_EQ(use_error(made.token), ErrorCode::invalid_token);
    EXPECT_EQ(reason(caller("mira"), made.token), IntegrationTokenFault::inactive);
    clock.advance(Seconds(121));
    EXPECT_EQ(use_error(made.token), ErrorCode::invalid_token);
}

TEST_P(IntegrationTokensTest, a_revocation_is_told_also_of_a_token_whose_row_is_gone) {
    const UserProfile user = add("mira");
    const auto made = grant(caller("mira"));
    revoke(caller("mira"), user.default_organization_id, made.jti.text());
    run("DELETE FROM integration_tokens WHERE user_id = $1", user.id);
    EXPECT_EQ(reason(caller("mira"), made.token), IntegrationTokenFault::revoked);
}

TEST_P(IntegrationTokensTest, a_token_is_not_good_before_its_time) {
    add("mira");
    const Caller by = caller("mira");
    const auto made = grant(by);
    clock.advance(Seconds(-5)); // clocks may differ by so much
    EXPECT_EQ(use_error(made.token), std::nullopt);
    clock.advance(Milliseconds(-1));
    EXPECT_EQ(use_error(made.token), ErrorCode::invalid_token);
    EXPECT_EQ(reason(by, made.token), IntegrationTokenFault::not_yet_valid);
}

TEST_P(IntegrationTokensTest, a_token_of_another_issuer_is_none_of_ours) {
    add("mira");
    TokenVerifier elsewhere{{*database, tenant_keys, clock, "https://staging.example.com"}};
    const auto made = grant(caller("mira"));
    EXPECT_FALSE(loop.await(elsewhere.read_genuine(made.token)));
    EXPECT_TRUE(loop.await(verifier.read_genuine(made.token)));
}

TEST_P(IntegrationTokensTest, made_up_ids_do_not_fill_the_list_of_revocations) {
    const UserProfile user = add("mira");
    const OrganizationId organization = user.default_organization_id;
    const auto made = grant(caller("mira"));
    database->write_now([&](Writer& db) {
        for (int i = 0; i < TokenRevocations::most_unknown; ++i) {
            db.run("INSERT INTO integration_token_revocations (organization_id, jti, revoked_by, revoked_at) "
                   "VALUES ($1, $2, $3, $4)",
                   organization, std::to_string(i), user.id, noon);
        }
    });
    const Caller by = caller("mira");
    EXPECT_EQ(code_of([&] { revoke(by, organization, "one more"); }), ErrorCode::rate_limited);
    EXPECT_TRUE(revoke(by, organization, "7").alreadyRevoked);
    EXPECT_FALSE(revoke(by, organization, made.jti.text()).alreadyRevoked); // a token of ours always has room
    const UserProfile other = add("other");
    EXPECT_FALSE(revoke(caller("other"), other.default_organization_id, "one more").alreadyRevoked);

    clock.advance(TokenRevocations::kept_for);
    forget();
    EXPECT_EQ(count("integration_token_revocations"), 0);
    EXPECT_FALSE(revoke(caller("mira"), organization, "one more").alreadyRevoked);
}

TEST_P(IntegrationTokensTest, revocations_at_once_are_one) {
    const UserProfile user = add("mira");
    const auto made = grant(caller("mira"));
    const Caller by = caller("mira");
    std::atomic<int> fresh = 0;
    const auto ends = at_once(6, [&](Loop& other, int) {
        IntegrationRevokeRequest request;
        request.tenantId = user.default_organization_id.text();
        request.jti = made.jti.text();
        fresh += other.await(revocations.revoke(by, std::move(request))).alreadyRevoked ? 0 : 1;
    });
    EXPECT_EQ(ends, std::vector(6, std::optional<ErrorCode>()));
    EXPECT_EQ(fresh, 1);
    EXPECT_EQ(count("integration_token_revocations"), 1);
}

TEST_P(IntegrationTokensTest, what_is_done_is_in_the_audit_log_without_the_token) {
    const UserProfile user = add("mira");
    const Caller by = caller("mira");
    const auto made = grant(by);
    IntegrationRotateRequest request;
    static_cast<IntegrationGrantRequest&>(request) = wanted();
    request.integrationToken = made.token;
    const auto rotated = loop.await(grants.rotate(by, std::move(request)));
    std::vector<std::string> found;
    std::string details;
    database->read_now([&](Reader& db) {
        found = db.all<std::string>("SELECT action FROM audit_log WHERE actor = $1 AND action LIKE "
                                    "'integration_token.%' ORDER BY id",
                                    user.id);
        details = *db.one<std::string>("SELECT details FROM audit_log WHERE target = $1 AND action = "
                                       "'integration_token.rotated'",
                                       rotated.jti.text());
    });
    EXPECT_EQ(found, (std::vector<std::string>{"integration_token.issued", "integration_token.rotated",
                                               "integration_token.revoked"}));
    const auto told = boost::json::parse(details).as_object();
    EXPECT_EQ(told.at("origin"), "https://partner.example.com");
    EXPECT_EQ(told.at("mode"), "api");
    EXPECT_EQ(told.at("scopes"), boost::json::array{"profile:read"});
    EXPECT_EQ(details.find(rotated.token), std::string::npos);
}

XENTREE_HOLDS_ON_EACH_DATABASE(IntegrationTokensTest);

} // namespace
} // namespace xentree
