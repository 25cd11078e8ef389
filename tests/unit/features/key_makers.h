#pragma once
#include "features/api_keys/api_keys.h"
#include "people.h"

namespace xentree {

// People who make API keys and use them.
class Keys : public People {
  public:
    APIKeyResponse make(const Caller& by, OrganizationId organization, const std::string& scope) {
        APIKeyCreateRequest request{"Key", organization, {scope}, {}, {}};
        return loop.await(api_keys.create(by, std::move(request)));
    }
    Caller use(const APIKeyResponse& key) {
        const Caller caller = loop.await(api_keys.authenticate_key(key.key.value(), visitor("203.0.113.9")));
        api_keys.note_use(caller);
        return caller;
    }
    std::optional<ErrorCode> use_error(const APIKeyResponse& key) {
        return code_of([&] { use(key); });
    }
    // Makes the user a member of another's organization.
    void join(UserId user, OrganizationId organization, const std::string& role) {
        database->write_now([&](Writer& db) {
            db.run(
                "INSERT INTO memberships (organization_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)",
                organization, user, role, noon);
        });
    }

    void leave(UserId user, OrganizationId organization) {
        database->write_now([&](Writer& db) {
            db.run("DELETE FROM memberships WHERE user_id = $1 AND organization_id = $2", user, organization);
        });
    }

    ApiKeys api_keys{ApiKeys::Parts{*database, idempotency, audit, clock}};
};

} // namespace xentree
