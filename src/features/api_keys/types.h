#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "features/organizations/roles.h"
#include "http/caller.h"
#include "http/presence.h"

// What the operations of API Keys send and take (contract/api_keys.yaml, and contract/organizations.yaml for
// the keys of an organization).
namespace xentree {

struct APIKeyCreateRequest {
    std::string name;
    OrganizationId organization_id;
    std::vector<std::string> scopes;
    std::vector<std::string> allowed_ips;
    Omittable<std::optional<Instant>> expires_at;
};
BOOST_DESCRIBE_STRUCT(APIKeyCreateRequest, (), (name, organization_id, scopes, allowed_ips, expires_at))

struct APIKeyResponse {
    ApiKeyId id;
    std::string name;
    std::string prefix;
    std::string last_four;
    std::optional<std::string> key; // in the answer to its creation only
    OrganizationId organization_id;
    std::vector<std::string> scopes;
    std::vector<std::string> allowed_ips;
    UserId created_by;
    Instant created_at;
    std::optional<Instant> expires_at;
    std::optional<Instant> last_used_at;
    std::optional<std::string> last_used_ip;
    std::int64_t request_count = 0;
};
BOOST_DESCRIBE_STRUCT(APIKeyResponse, (),
                      (id, name, prefix, last_four, key, organization_id, scopes, allowed_ips, created_by,
                       created_at, expires_at, last_used_at, last_used_ip, request_count))

// The path of a key in its organization.
struct OrganizationApiKeyPath {
    OrganizationId org_id;
    ApiKeyId key_id;
};
BOOST_DESCRIBE_STRUCT(OrganizationApiKeyPath, (), (org_id, key_id))

struct TenantResponse {
    OrganizationId id;
    std::string name;
    std::string slug;
    std::optional<OrganizationRole> role; // none of a platform admin who is no member
    Plan plan;
    bool is_personal;
    std::int64_t member_count;
    std::int64_t api_key_count;
    Instant created_at;
};
BOOST_DESCRIBE_STRUCT(TenantResponse, (),
                      (id, name, slug, role, plan, is_personal, member_count, api_key_count, created_at))

} // namespace xentree
