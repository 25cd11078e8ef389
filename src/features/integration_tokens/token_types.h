#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "http/presence.h"
#include "security/integration_token.h"

// What the operations on integration tokens send and take (contract/integration_tokens.yaml).
namespace xentree {

struct IntegrationGrantRequest {
    IntegrationMode mode = IntegrationMode::api;
    std::string origin;
    std::vector<std::string> scopes;
    std::int64_t ttlSeconds = 0;
    Omittable<OrganizationId> tenantId;
    Omittable<std::string> subject;
};
BOOST_DESCRIBE_STRUCT(IntegrationGrantRequest, (), (mode, origin, scopes, ttlSeconds, tenantId, subject))

BOOST_DEFINE_ENUM_CLASS(IntegrationTokenType, Bearer)

struct IntegrationGrantResponse {
    std::string token;
    IntegrationTokenType tokenType = IntegrationTokenType::Bearer;
    IntegrationTokenId jti;
    std::string kid;
    OrganizationId tenantId;
    IntegrationMode mode = IntegrationMode::api;
    std::string origin;
    std::vector<std::string> scopes;
    std::optional<std::string> subject;
    Instant issuedAt;
    Instant expiresAt;
    std::int64_t expiresIn = 0; // seconds
};
BOOST_DESCRIBE_STRUCT(IntegrationGrantResponse, (),
                      (token, tokenType, jti, kid, tenantId, mode, origin, scopes, subject, issuedAt,
                       expiresAt, expiresIn))

struct IntegrationRotateRequest : IntegrationGrantRequest {
    Omittable<std::string> integrationToken;
    Omittable<std::string> previousJti;
    bool revokePrevious = true;
    Omittable<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(IntegrationRotateRequest, (IntegrationGrantRequest),
                      (integrationToken, previousJti, revokePrevious, reason))

struct IntegrationRotateResponse : IntegrationGrantResponse {
    std::optional<std::string> previousJti;
    bool previousRevoked = false;
};
BOOST_DESCRIBE_STRUCT(IntegrationRotateResponse, (IntegrationGrantResponse), (previousJti, previousRevoked))

struct IntegrationVerifyRequest {
    std::string token;
    Omittable<std::string> tenantId;
    Omittable<std::string> origin;
};
BOOST_DESCRIBE_STRUCT(IntegrationVerifyRequest, (), (token, tenantId, origin))

BOOST_DEFINE_ENUM_CLASS(IntegrationTokenFault, malformed, bad_signature, unknown_key, expired, not_yet_valid,
                        revoked, inactive, wrong_tenant, wrong_origin)

struct IntegrationVerifyResponse {
    bool valid = false;
    std::optional<IntegrationTokenFault> reason;
    std::optional<IntegrationTokenId> jti;
    std::optional<OrganizationId> tenantId;
    std::optional<IntegrationMode> mode;
    std::optional<std::string> origin;
    std::vector<std::string> scopes;
    std::optional<std::string> subject;
    std::optional<Instant> issuedAt;
    std::optional<Instant> expiresAt;
};
BOOST_DESCRIBE_STRUCT(IntegrationVerifyResponse, (),
                      (valid, reason, jti, tenantId, mode, origin, scopes, subject, issuedAt, expiresAt))

struct IntegrationRevokeRequest {
    Omittable<std::string> integrationToken;
    Omittable<std::string> tenantId;
    Omittable<std::string> jti;
    Omittable<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(IntegrationRevokeRequest, (), (integrationToken, tenantId, jti, reason))

struct IntegrationRevokeResponse {
    bool revoked = true;
    std::string jti;
    OrganizationId tenantId;
    std::optional<std::string> reason;
    Instant revokedAt;
    bool alreadyRevoked = false;
};
BOOST_DESCRIBE_STRUCT(IntegrationRevokeResponse, (),
                      (revoked, jti, tenantId, reason, revokedAt, alreadyRevoked))

struct IntegrationRevocationFilter {
    Omittable<OrganizationId> tenantId;
};
BOOST_DESCRIBE_STRUCT(IntegrationRevocationFilter, (), (tenantId))

struct IntegrationTokenRevocationItem {
    std::string jti;
    OrganizationId tenantId;
    std::optional<std::string> reason;
    UserId revokedBy;
    Instant revokedAt;
    std::optional<Instant> expiresAt;
};
BOOST_DESCRIBE_STRUCT(IntegrationTokenRevocationItem, (),
                      (jti, tenantId, reason, revokedBy, revokedAt, expiresAt))

} // namespace xentree
