#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>

#include "base/id.h"
#include "features/organizations/roles.h"
#include "http/presence.h"

// What the operations of invitations send and take (contract/organizations.yaml).
namespace xentree {

BOOST_DEFINE_ENUM_CLASS(InvitationStatus, pending, accepted, revoked, expired)

struct InvitationPath {
    OrganizationId org_id;
    InvitationId invitation_id;
};
BOOST_DESCRIBE_STRUCT(InvitationPath, (), (org_id, invitation_id))

struct InvitationFilter {
    Omittable<InvitationStatus> status;
};
BOOST_DESCRIBE_STRUCT(InvitationFilter, (), (status))

struct InvitationCreateRequest {
    std::string email;
    OrganizationRole role = OrganizationRole::member;
    Omittable<std::string> team;
};
BOOST_DESCRIBE_STRUCT(InvitationCreateRequest, (), (email, role, team))

struct InvitationResponse {
    InvitationId id;
    std::string email;
    OrganizationRole role = OrganizationRole::member;
    std::optional<std::string> team;
    std::optional<std::string> invite_url; // in the answer to its creation only
    Instant expires_at;
    InvitationStatus status = InvitationStatus::pending;
};
BOOST_DESCRIBE_STRUCT(InvitationResponse, (), (id, email, role, team, invite_url, expires_at, status))

struct InvitationAcceptRequest {
    std::string token;
};
BOOST_DESCRIBE_STRUCT(InvitationAcceptRequest, (), (token))

} // namespace xentree
