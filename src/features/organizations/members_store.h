#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/organizations/types.h"
#include "http/page.h"
#include "storage/database.h"

// The SQL of memberships. Every statement names the organization.
namespace xentree::members_store {

// Who looks at which organization.
struct View {
    OrganizationId organization;
    UserId viewer;
    bool sees_mail = false; // of those who came in by their own act
};

std::optional<MemberResponse> find(Reader& db, const View& view, UserId user);
// Latest joined first, limit + 1 of them where there are as many.
std::vector<MemberResponse> list(Reader& db, const View& view, const MemberFilter& filter,
                                 const PageRequest& page);
std::tuple<Instant, UserId> position_of(const MemberResponse& member);
bool has_other_owner(Reader& db, OrganizationId organization, UserId than);

// An account that is not deactivated.
std::optional<UserId> find_user(Reader& db, UserId id);
std::optional<UserId> find_user(Reader& db, std::string_view username);

struct Membership {
    OrganizationId organization;
    UserId user;
    OrganizationRole role = OrganizationRole::member;
    std::optional<std::string> team;
    Instant joined_at;
    bool joined_by_own_act = false;
};
void insert(Writer& db, const Membership& membership);
// Role and team.
void update(Writer& db, const MemberResponse& member);
// With what the member made here, by the foreign keys.
void erase(Writer& db, OrganizationId organization, UserId user);
// Makes the personal organization the user's default where this one was it.
void fall_back_from(Writer& db, OrganizationId organization, UserId user);

} // namespace xentree::members_store
