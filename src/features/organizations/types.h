#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>

#include "base/id.h"
#include "features/organizations/roles.h"
#include "http/caller.h"
#include "http/presence.h"

// What the operations of Organizations send and take (contract/organizations.yaml).
namespace xentree {

struct OrganizationCreateRequest {
    std::string name;
    Omittable<std::string> slug;
    Omittable<std::string> description;
};
BOOST_DESCRIBE_STRUCT(OrganizationCreateRequest, (), (name, slug, description))

struct OrganizationUpdateRequest {
    Omittable<std::string> name;
    Omittable<std::string> slug;
    Omittable<std::optional<std::string>> description;
};
BOOST_DESCRIBE_STRUCT(OrganizationUpdateRequest, (), (name, slug, description))

struct OrganizationResponse {
    OrganizationId id;
    std::string name;
    std::string slug;
    std::optional<std::string> description;
    OrganizationRole role = OrganizationRole::member; // of the caller
    bool is_personal = false;
    Plan plan = Plan::free;
    std::int64_t member_count = 1;
    Instant created_at;
    Instant updated_at;
};
BOOST_DESCRIBE_STRUCT(OrganizationResponse, (),
                      (id, name, slug, description, role, is_personal, plan, member_count, created_at,
                       updated_at))

// The path of an operation on one member.
struct MemberPath {
    OrganizationId org_id;
    UserId target_user_id;
};
BOOST_DESCRIBE_STRUCT(MemberPath, (), (org_id, target_user_id))

struct MemberFilter {
    Omittable<OrganizationRole> role;
    Omittable<std::string> team;
    Omittable<std::string> q;
};
BOOST_DESCRIBE_STRUCT(MemberFilter, (), (role, team, q))

struct MemberAddRequest {
    Omittable<UserId> user_id;
    Omittable<std::string> username;
    OrganizationRole role = OrganizationRole::member;
    Omittable<std::string> team;
};
BOOST_DESCRIBE_STRUCT(MemberAddRequest, (), (user_id, username, role, team))

struct MemberRoleUpdateRequest {
    OrganizationRole role = OrganizationRole::member;
};
BOOST_DESCRIBE_STRUCT(MemberRoleUpdateRequest, (), (role))

struct MemberUpdateRequest {
    Omittable<OrganizationRole> role;
    Omittable<OrganizationId> organization_id;
    Omittable<std::optional<std::string>> team;
};
BOOST_DESCRIBE_STRUCT(MemberUpdateRequest, (), (role, organization_id, team))

struct MemberResponse {
    UserId user_id;
    std::string username;
    std::optional<std::string> full_name;
    std::optional<std::string> email; // null where the caller does not see it
    std::optional<std::string> avatar_url;
    OrganizationRole role = OrganizationRole::member;
    std::optional<std::string> team;
    OrganizationId organization_id;
    Instant joined_at;
    std::optional<Instant> last_active_at;
};
BOOST_DESCRIBE_STRUCT(MemberResponse, (),
                      (user_id, username, full_name, email, avatar_url, role, team, organization_id,
                       joined_at, last_active_at))

} // namespace xentree
