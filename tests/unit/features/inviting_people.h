#pragma once
#include "features/organizations/invitations.h"
#include "features/organizations/lost_invitations.h"
#include "people.h"
#include "security/digest.h"

namespace xentree {

// An organization with an owner and an admin, who invite.
class InvitingPeople : public People {
  public:
    explicit InvitingPeople(bool has_mail = false, InvitationLimits limits = {}) :
        People(has_mail), invitations({*database, idempotency, audit, mail_queue, clock, limits,
                                       "https://app.example.com/learn/"}) {
        database->write_now([&](Writer& db) {
            db.run("INSERT INTO organizations (id, name, slug, is_personal, plan, created_at, updated_at) "
                   "VALUES ($1, 'Acme', 'acme', FALSE, 'free', $2, $2)",
                   acme, noon);
        });
        put("olga", OrganizationRole::owner);
        put("adam", OrganizationRole::admin);
    }

    // A new account; a member where it gets a role.
    Caller put(const std::string& name, std::optional<OrganizationRole> role = {}, bool by_own_act = true) {
        const UserId user = add(name).id;
        if (role)
            join(user, *role, by_own_act);
        return caller(name);
    }
    void join(UserId user, OrganizationRole role, bool by_own_act = true) {
        database->write_now([&](Writer& db) {
            db.run("INSERT INTO memberships (organization_id, user_id, role, joined_at, joined_by_own_act) "
                   "VALUES ($1, $2, $3, $4, $5)",
                   acme, user, role, clock.now(), by_own_act);
        });
    }
    void leave(UserId user) {
        database->write_now([&](Writer& db) {
            db.run("DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2", acme, user);
            revoke_lost_invitations(db, user, clock.now());
        });
    }
    void set_role(UserId user, OrganizationRole role) {
        database->write_now([&](Writer& db) {
            db.run("UPDATE memberships SET role = $3 WHERE organization_id = $1 AND user_id = $2", acme, user,
                   role);
            revoke_lost_invitations(db, user, clock.now());
        });
    }

    InvitationResponse invite(const Caller& by, const std::string& email,
                              OrganizationRole role = OrganizationRole::member) {
        InvitationCreateRequest request{email, role, {}};
        return loop.await(invitations.create(by, acme, std::move(request)));
    }
    std::optional<ErrorCode> invite_error(const Caller& by, const std::string& email,
                                          OrganizationRole role = OrganizationRole::member) {
        return code_of([&] { invite(by, email, role); });
    }
    static std::string token_of(const InvitationResponse& invitation) {
        const std::string& link = invitation.invite_url.value();
        return link.substr(link.find('=') + 1);
    }
    MemberResponse accept(const Caller& by, const InvitationResponse& invitation) {
        return loop.await(invitations.accept(by, token_of(invitation)));
    }
    std::optional<ErrorCode> accept_error(const Caller& by, const InvitationResponse& invitation) {
        return code_of([&] { accept(by, invitation); });
    }
    // Of one invitation, as the list tells it.
    InvitationStatus status(const InvitationResponse& invitation) {
        for (const auto& listed : list())
            if (listed.id == invitation.id)
                return listed.status;
        throw std::runtime_error("it is not in the list");
    }
    std::vector<InvitationResponse> list(InvitationFilter filter = {}) {
        return loop.await(invitations.list(caller("olga"), acme, filter, PageRequest{})).items;
    }

    AuditLog audit{clock};
    Invitations invitations;
    const OrganizationId acme = OrganizationId::make(noon);
};

} // namespace xentree
