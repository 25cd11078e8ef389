#include "features/api_keys/operations.h"

namespace xentree {

void answer_api_keys(Api& api, ApiKeys& keys) {
    api.on("list_api_keys", [&](Caller caller, PageRequest page) -> Task<Page<APIKeyResponse>> {
        co_return co_await keys.list(std::move(caller), std::move(page));
    });
    api.on(
        "create_api_key",
        [&](Caller caller, Body<APIKeyCreateRequest> body) -> Task<Created<APIKeyResponse>> {
            co_return co_await keys.create(std::move(caller), *std::move(body));
        },
        [&](const boost::json::object& body, std::vector<Fault>& faults) { keys.check(body, faults); });
    api.on("delete_api_key", [&](Caller caller, Path<ApiKeyId> id) -> Task<NoContent> {
        co_await keys.remove(std::move(caller), *id);
        co_return NoContent{};
    });
    api.on("list_organization_api_keys",
           [&](Caller caller, Path<OrganizationId> organization,
               PageRequest page) -> Task<Page<APIKeyResponse>> {
               co_return co_await keys.list_of(std::move(caller), *organization, std::move(page));
           });
    api.on("delete_organization_api_key",
           [&](Caller caller, Path<OrganizationApiKeyPath> path) -> Task<NoContent> {
               co_await keys.remove_of(std::move(caller), path->org_id, path->key_id);
               co_return NoContent{};
           });
    api.on("list_tenants", [&](Caller caller, PageRequest page) -> Task<Page<TenantResponse>> {
        co_return co_await keys.list_tenants(std::move(caller), std::move(page));
    });
}

} // namespace xentree
