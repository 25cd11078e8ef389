#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/integration_tokens/token_types.h"
#include "http/caller.h"
#include "http/page.h"
#include "storage/database.h"

// The SQL of integration tokens and their revocations. Every statement names the organization, but for those
// of platform admins, who see all, and of the forgetting.
namespace xentree::integration_token_store {

std::optional<OrganizationId> find_default_organization(Reader& db, UserId user);
bool has_organization(Reader& db, OrganizationId organization);

void insert(Writer& db, const IntegrationClaims& claims);

// What became of a token, by one statement and indexes only.
struct Standing {
    std::optional<Instant> revoked_at;
    std::optional<bool> user_is_active; // nothing where the token is not known, or no more
    std::optional<Plan> plan;
    std::optional<Instant> key_expires_at; // of the API key that issued it

    bool is_known() const { return user_is_active.has_value(); }
    // Whether the account and the key behind it are good. A key that was deleted took the token with it.
    bool acts(Instant now) const {
        return user_is_active.value_or(false) && (!key_expires_at || now < *key_expires_at);
    }
};
BOOST_DESCRIBE_STRUCT(Standing, (), (revoked_at, user_is_active, plan, key_expires_at))
Standing find_standing(Reader& db, OrganizationId organization, IntegrationTokenId id);

struct KnownToken {
    UserId user;
    Instant expires_at;
};
BOOST_DESCRIBE_STRUCT(KnownToken, (), (user, expires_at))
std::optional<KnownToken> find(Reader& db, OrganizationId organization, IntegrationTokenId id);

std::optional<IntegrationTokenRevocationItem> find_revocation(Reader& db, OrganizationId organization,
                                                              const std::string& jti);
void insert_revocation(Writer& db, const IntegrationTokenRevocationItem& revocation);
// When the one was revoked that is the `place`-th latest of those whose token is not known here.
std::optional<Instant> find_unknown_revocation(Reader& db, OrganizationId organization, std::int64_t place);

// The latest first, limit + 1 of them where there are as many. Without an organization: everybody's.
std::vector<IntegrationTokenRevocationItem>
list_revocations(Reader& db, std::optional<OrganizationId> organization, const PageRequest& page);
std::tuple<Instant, OrganizationId, std::string> position_of(const IntegrationTokenRevocationItem& item);

void erase_expired(Writer& db, Instant until);
void erase_revocations(Writer& db, Instant until);

} // namespace xentree::integration_token_store
