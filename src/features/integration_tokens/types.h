#pragma once
#include <boost/describe.hpp>

#include <string>
#include <vector>

#include "base/id.h"
#include "features/integration_tokens/key_ring.h"
#include "http/presence.h"

// What the operations of Integration Tokens send and take (contract/integration_tokens.yaml).
namespace xentree {

struct IntegrationKeysQuery {
    OrganizationId tenantId;
};
BOOST_DESCRIBE_STRUCT(IntegrationKeysQuery, (), (tenantId))

struct IntegrationJWK {
    std::string kty = "RSA";
    std::string alg = "RS256";
    std::string use = "sig";
    std::string kid;
    std::string n;
    std::string e;
};
BOOST_DESCRIBE_STRUCT(IntegrationJWK, (), (kty, alg, use, kid, n, e))

struct IntegrationJWKSResponse {
    std::vector<IntegrationJWK> keys;
};
BOOST_DESCRIBE_STRUCT(IntegrationJWKSResponse, (), (keys))

struct IntegrationKeyFingerprint {
    std::string kid;
    std::string fingerprint;
    IntegrationKeyStatus status;
};
BOOST_DESCRIBE_STRUCT(IntegrationKeyFingerprint, (), (kid, fingerprint, status))

struct IntegrationFingerprintResponse {
    OrganizationId tenantId;
    std::string kid;
    std::string algorithm = "SHA-256";
    std::string fingerprint;
    std::vector<IntegrationKeyFingerprint> fingerprints;
};
BOOST_DESCRIBE_STRUCT(IntegrationFingerprintResponse, (),
                      (tenantId, kid, algorithm, fingerprint, fingerprints))

} // namespace xentree
