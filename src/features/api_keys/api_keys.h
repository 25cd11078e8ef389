#pragma once
#include <array>
#include <string>
#include <string_view>

#include "base/error.h"
#include "features/api_keys/store.h"
#include "features/api_keys/types.h"
#include "features/audit/audit_log.h"
#include "features/idempotency/idempotency.h"
#include "features/identity/last_uses.h"
#include "http/authenticator.h"
#include "http/page.h"
#include "storage/database.h"

namespace xentree {

// Scopes in the order in which they are shown: that of ApiKeyScope in the contract.
inline constexpr std::array<std::string_view, 17> api_key_scopes = {
    "conversations:read", "conversations:write", "rag:read",          "rag:write",
    "quiz:read",          "quiz:write",          "live:read",         "live:write",
    "organizations:read", "organizations:write", "integrations:read", "integrations:write",
    "xel:read",           "xel:write",           "api:read",          "api:write",
    "api:admin"};

// Keys for servers, each made by a user for one organization. Of a key only the SHA-256 is kept; every
// request with one costs one indexed read and no cache stands between, so a deleted key is refused at once.
// Any thread.
class ApiKeys final : public KeyAuthenticator {
  public:
    struct Parts {
        Database& database;
        const Idempotency& idempotency;
        const AuditLog& audit;
        const Clock& clock;
    };
    explicit ApiKeys(Parts parts) : parts_(parts) {}

    // The rules of an APIKeyCreateRequest that its schema tells in words.
    void check(const boost::json::object& body, std::vector<Fault>& faults) const;
    // The rules hold already. Only this answer holds the key; repeated by Idempotency-Key it has null. Throws
    // ApiError: not_found (no organization of the caller's), forbidden (a scope that needs a higher role).
    Task<APIKeyResponse> create(Caller caller, APIKeyCreateRequest request);
    // The caller's own; a platform admin's answer has everybody's.
    Task<Page<APIKeyResponse>> list(Caller caller, PageRequest page);
    // Throws ApiError(not_found) where the caller sees no such key.
    Task<void> remove(Caller caller, ApiKeyId id);

    // Those that all members made there, for owners and admins. Throws ApiError: not_found (no organization
    // of the caller's), forbidden (the role is too low).
    Task<Page<APIKeyResponse>> list_of(Caller caller, OrganizationId organization, PageRequest page);
    // Throws ApiError: not_found also where the organization has no such key, whoever made it.
    Task<void> remove_of(Caller caller, OrganizationId organization, ApiKeyId id);

    // The organizations of the caller; to a platform admin all.
    Task<Page<TenantResponse>> list_tenants(Caller caller, PageRequest page);

    Task<Caller> authenticate_key(std::string key, Visitor visitor) override;
    void note_use(const Caller& caller) override;

    // Writes down when and how often keys were used; meant for every few seconds. Blocks.
    void write_uses();

  private:
    void note_end(Writer& db, const Caller& caller,
                  const std::optional<api_keys_store::Erased>& erased) const;

    Parts parts_;
    LastUses<ApiKeyId> uses_;
};

} // namespace xentree
