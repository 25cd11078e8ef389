#include "features/organizations/invitation_operations.h"

namespace xentree {

void answer_invitations(Api& api, Invitations& invitations) {
    using Invited = InvitationResponse;
    api.on("list_organization_invitations",
           [&](Caller caller, Path<OrganizationId> organization, Query<InvitationFilter> filter,
               PageRequest page) -> Task<Page<Invited>> {
               co_return co_await invitations.list(std::move(caller), *organization, filter.value,
                                                   std::move(page));
           });
    api.on("create_organization_invitation",
           [&](Caller caller, Path<OrganizationId> organization,
               Body<InvitationCreateRequest> body) -> Task<Created<Invited>> {
               co_return co_await invitations.create(std::move(caller), *organization, *std::move(body));
           });
    api.on("revoke_organization_invitation",
           [&](Caller caller, Path<InvitationPath> path) -> Task<NoContent> {
               co_await invitations.revoke(std::move(caller), path.value.org_id, path.value.invitation_id);
               co_return NoContent{};
           });
    api.on("accept_invitation",
           [&](Caller caller, Body<InvitationAcceptRequest> body) -> Task<MemberResponse> {
               co_return co_await invitations.accept(std::move(caller), std::move(body.value.token));
           });
}

} // namespace xentree
