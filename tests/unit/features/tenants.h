#pragma once
#include "features/integration_tokens/key_rotation.h"
#include "features/integration_tokens/tenant_keys.h"
#include "people.h"

namespace xentree {

// Two nodes over one database, and an organization on it.
class Tenants : public EachDatabase {
  public:
    Tenants() {
        database->migrate();
        add(organization);
    }
    ~Tenants() override {
        here.finish();
        there.finish();
        making.finish();
        making_there.finish();
    }

    void add(OrganizationId id) {
        run("INSERT INTO organizations (id, name, slug, is_personal, plan, created_at, updated_at) "
            "VALUES ($1, 'An organization', CAST($2 AS text), FALSE, 'free', 0, 0)",
            id, id.text());
    }
    template<class... Arguments>
    void run(std::string_view sql, const Arguments&... arguments) {
        database->write_now([&](Writer& db) { db.run(sql, arguments...); });
    }
    std::int64_t count() {
        std::int64_t number = 0;
        database->read_now(
            [&](Reader& db) { number = *db.one<std::int64_t>("SELECT COUNT(*) FROM integration_keys"); });
        return number;
    }

    IntegrationClaims claims() {
        IntegrationClaims claims;
        claims.iss = "https://api.xentree.example";
        claims.sub = "learner";
        claims.tenant_id = organization;
        claims.origin = "https://partner.example.com";
        claims.scopes = {"profile:read"};
        claims.jti = IntegrationTokenId::make(noon);
        claims.iat = noon;
        claims.exp = noon + Seconds(120);
        return claims;
    }
    SignedToken sign(TenantKeys& node) { return loop.await(node.sign(organization, claims())); }
    bool is_good(TenantKeys& node, const SignedToken& made) {
        const auto read = read_integration_token(made.token);
        EXPECT_EQ(read->kid, made.kid);
        const auto key = loop.await(node.find(organization, made.kid));
        return key && verify_integration_token(*read, *key);
    }
    std::vector<PublishedKey> published(TenantKeys& node) { return loop.await(node.published(organization)); }

    SetClock clock{noon};
    const MasterKey master_key = MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    std::unique_ptr<Database> database = open();
    const OrganizationId organization = OrganizationId::make(noon);
    const OrganizationId nobody = OrganizationId::make(noon);
    WorkerPool making{1, 64};
    WorkerPool making_there{1, 64};
    TenantKeys here{{*database, master_key, clock, making}};
    TenantKeys there{{*database, master_key, clock, making_there}};
    AuditLog audit{clock};
    KeyRotation rotation{{*database, master_key, clock, audit, making, std::chrono::days(90)}};
    KeyRotation rotation_there{{*database, master_key, clock, audit, making_there, std::chrono::days(90)}};
    Loop loop;
};

} // namespace xentree
