#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/api_keys/types.h"
#include "features/identity/last_uses.h"
#include "http/caller.h"
#include "http/page.h"
#include "storage/database.h"

// The SQL of API keys. Every statement names the maker, the organization or the hash of the key, but for
// those of platform admins, who see all.
namespace xentree::api_keys_store {

void insert(Writer& db, const APIKeyResponse& key, const Digest& hash);

// Newest first, limit + 1 of them where there are as many. Without a maker: everybody's.
std::vector<APIKeyResponse> list(Reader& db, std::optional<UserId> maker, const PageRequest& page);
std::tuple<ApiKeyId> position_of(const APIKeyResponse& key);

// The same of all makers in an organization.
std::vector<APIKeyResponse> list_of(Reader& db, OrganizationId organization, const PageRequest& page);

// A key that was deleted; nothing where there was none.
struct Erased {
    ApiKeyId id;
    OrganizationId organization;
    UserId maker;
};
BOOST_DESCRIBE_STRUCT(Erased, (), (id, organization, maker))
std::optional<Erased> erase(Writer& db, std::optional<UserId> maker, ApiKeyId id);
std::optional<Erased> erase_of(Writer& db, OrganizationId organization, ApiKeyId id);

// Newest first, limit + 1 of them where there are as many: the organizations of a member with the keys that
// the member made, and all organizations with all keys.
std::vector<TenantResponse> list_tenants(Reader& db, UserId member, const PageRequest& page);
std::vector<TenantResponse> list_all_tenants(Reader& db, UserId viewer, const PageRequest& page);

// A key whose maker is active and a member still, expired or not.
struct KnownKey {
    ApiKeyId id;
    UserId maker;
    OrganizationId organization;
    PlatformRole role;
    Plan plan;
    std::vector<std::string> scopes;
    std::string allowed_ips; // apart by spaces
    std::optional<Instant> expires;
};
std::optional<KnownKey> find(Reader& db, const Digest& hash);

void note_use(Writer& db, ApiKeyId id, const LastUse& use);

} // namespace xentree::api_keys_store
