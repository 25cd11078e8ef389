#include "features/integration_tokens/operations.h"

#include "features/integration_tokens/types.h"

namespace xentree {

namespace {

// An error is not kept by anybody: a tenant may be made the moment after.
template<class T>
WithHeaders<T> kept_five_minutes(T result) {
    return {std::move(result), {{"Cache-Control", "public, max-age=300"}}};
}

IntegrationJWKSResponse to_key_set(std::vector<PublishedKey> keys) {
    IntegrationJWKSResponse response;
    for (auto& key : keys) {
        IntegrationJWK jwk;
        jwk.kid = std::move(key.kid);
        jwk.n = std::move(key.n);
        jwk.e = std::move(key.e);
        response.keys.push_back(std::move(jwk));
    }
    return response;
}

IntegrationFingerprintResponse to_fingerprints(OrganizationId tenant, std::vector<PublishedKey> keys) {
    IntegrationFingerprintResponse response;
    response.tenantId = tenant;
    response.kid = keys.front().kid; // the active one
    response.fingerprint = keys.front().fingerprint;
    for (auto& key : keys)
        response.fingerprints.push_back({std::move(key.kid), std::move(key.fingerprint), key.status});
    return response;
}

} // namespace

void answer_integration_tokens(Api& api, TenantKeys& keys) {
    api.on("get_integration_jwks",
           [&](Visitor, Query<IntegrationKeysQuery> query) -> Task<WithHeaders<IntegrationJWKSResponse>> {
               auto published = co_await keys.published(query->tenantId);
               co_return kept_five_minutes(to_key_set(std::move(published)));
           });
    api.on(
        "get_integration_fingerprint",
        [&](Visitor, Query<IntegrationKeysQuery> query) -> Task<WithHeaders<IntegrationFingerprintResponse>> {
            auto published = co_await keys.published(query->tenantId);
            co_return kept_five_minutes(to_fingerprints(query->tenantId, std::move(published)));
        });
}

} // namespace xentree
