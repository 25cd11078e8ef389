#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/api_keys/types.h"
#include "features/identity/last_uses.h"
#include "http/caller.h"
#include "http/page.h"
#include "storage/database.h"

// The SQL of API keys. Every statement names the maker or the hash of the key, but for those of platform
// admins, who see all.
namespace xentree::api_keys_store {

void insert(Writer& db, const APIKeyResponse& key, const Digest& hash);

// Newest first, limit + 1 of them where there are as many. Without a maker: everybody's.
std::vector<APIKeyResponse> list(Reader& db, std::optional<UserId> maker, const PageRequest& page);
std::tuple<ApiKeyId> position_of(const APIKeyResponse& key);

// Whether there was such a key.
bool erase(Writer& db, std::optional<UserId> maker, ApiKeyId id);

// The maker's role in an organization; nothing where the maker is no member.
std::optional<std::string> find_role(Reader& db, UserId maker, OrganizationId organization);

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
