#include "features/organizations/operations.h"

#include "features/identity/types.h"

namespace xentree {

namespace {

void answer_members(Api& api, Members& members) {
    using Filter = Query<MemberFilter>;
    api.on("list_organization_members",
           [&](Caller caller, Path<OrganizationId> id, Filter filter,
               PageRequest page) -> Task<Page<MemberResponse>> {
               co_return co_await members.list(std::move(caller), *id, std::move(filter.value),
                                               std::move(page));
           });
    api.on(
        "add_organization_member",
        [&](Caller caller, Path<OrganizationId> id,
            Body<MemberAddRequest> body) -> Task<Created<MemberResponse>> {
            co_return co_await members.add(std::move(caller), *id, *std::move(body));
        },
        check_member_add);
    api.on("update_organization_member",
           [&](Caller caller, Path<MemberPath> path, Body<MemberUpdateRequest> body) -> Task<MemberResponse> {
               co_return co_await members.update(std::move(caller), *path, *std::move(body));
           });
    api.on("update_organization_member_role",
           [&](Caller caller, Path<MemberPath> path,
               Body<MemberRoleUpdateRequest> body) -> Task<MemberResponse> {
               MemberUpdateRequest changes{body->role, {}, {}};
               co_return co_await members.update(std::move(caller), *path, std::move(changes));
           });
    api.on("remove_organization_member",
           [&](Caller caller, Path<MemberPath> path) -> Task<SimpleMessageResponse> {
               co_await members.remove(std::move(caller), *path);
               co_return SimpleMessageResponse{"Member removed"};
           });
}

} // namespace

void answer_organizations(Api& api, Organizations& organizations, Members& members) {
    answer_members(api, members);
    api.on("list_organizations", [&](Caller caller, PageRequest page) -> Task<Page<OrganizationResponse>> {
        co_return co_await organizations.list(std::move(caller), std::move(page));
    });
    api.on("create_organization",
           [&](Caller caller, Body<OrganizationCreateRequest> body) -> Task<Created<OrganizationResponse>> {
               co_return co_await organizations.create(std::move(caller), *std::move(body));
           });
    api.on("get_organization", [&](Caller caller, Path<OrganizationId> id) -> Task<OrganizationResponse> {
        co_return co_await organizations.get(std::move(caller), *id);
    });
    api.on("update_organization",
           [&](Caller caller, Path<OrganizationId> id,
               Body<OrganizationUpdateRequest> body) -> Task<OrganizationResponse> {
               co_return co_await organizations.update(std::move(caller), *id, *std::move(body));
           });
    api.on("delete_organization", [&](Caller caller, Path<OrganizationId> id) -> Task<NoContent> {
        co_await organizations.remove(std::move(caller), *id);
        co_return NoContent{};
    });
}

} // namespace xentree
