#include "features/integration_tokens/grant_operations.h"

namespace xentree {

void answer_integration_grants(Api& api, IntegrationGrants parts) {
    api.on(
        "issue_integration_grant",
        [&grants = parts.grants](
            Caller caller, Body<IntegrationGrantRequest> body) -> Task<Created<IntegrationGrantResponse>> {
            co_return co_await grants.grant(std::move(caller), *std::move(body));
        },
        TokenGrants::check_grant);
    api.on(
        "rotate_integration_token",
        [&grants = parts.grants](
            Caller caller, Body<IntegrationRotateRequest> body) -> Task<Created<IntegrationRotateResponse>> {
            co_return co_await grants.rotate(std::move(caller), *std::move(body));
        },
        TokenGrants::check_rotation);
    api.on("verify_integration_token",
           [&verifier = parts.verifier](
               Caller caller, Body<IntegrationVerifyRequest> body) -> Task<IntegrationVerifyResponse> {
               co_return co_await verifier.verify(std::move(caller), *std::move(body));
           });
    api.on(
        "revoke_integration_token",
        [&revocations = parts.revocations](
            Caller caller, Body<IntegrationRevokeRequest> body) -> Task<IntegrationRevokeResponse> {
            co_return co_await revocations.revoke(std::move(caller), *std::move(body));
        },
        TokenRevocations::check);
    api.on(
        "list_integration_token_revocations",
        [&revocations = parts.revocations](Caller, Query<IntegrationRevocationFilter> filter,
                                           PageRequest page) -> Task<Page<IntegrationTokenRevocationItem>> {
            const auto wanted = filter->tenantId ? std::optional(*filter->tenantId) : std::nullopt;
            co_return co_await revocations.list(wanted, std::move(page));
        });
}

} // namespace xentree
