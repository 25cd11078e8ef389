#include "features/organizations/organizations.h"

#include "features/organizations/members_store.h"
#include "features/organizations/memberships.h"
#include "features/organizations/slugs.h"
#include "features/organizations/store.h"

namespace xentree {

namespace store = organizations_store;

namespace {

constexpr std::int64_t most_members_at_once = 2000; // of a deletion: tenths of a second

OrganizationResponse find(Reader& db, const Caller& caller, OrganizationId organization) {
    auto found = store::find(db, caller.user, organization);
    if (!found)
        throw ApiError::absent("organization");
    return std::move(*found);
}

void check_slug(Reader& db, const std::string& slug, OrganizationId of) {
    const auto taken_by = store::find_by_slug(db, slug);
    if (taken_by && *taken_by != of)
        throw ApiError(ErrorCode::slug_taken);
}

// Sets a member where it is another, and writes down what it was and is.
template<class Wanted, class T>
void apply(std::string_view name, const Omittable<Wanted>& wanted, T& member, boost::json::object& changed) {
    if (!wanted || *wanted == member)
        return;
    changed[name] = boost::json::object{{"old", to_json(member)}, {"new", to_json(*wanted)}};
    member = *wanted;
}

} // namespace

Task<Page<OrganizationResponse>> Organizations::list(Caller caller, PageRequest page) {
    auto found = co_await parts_.database.read([&](Reader& db) {
        if (!caller.bound_to())
            return store::list(db, caller.user, page);
        std::vector<OrganizationResponse> only;
        if (auto organization = store::find(db, caller.user, *caller.bound_to()))
            only.push_back(std::move(*organization));
        return only;
    });
    co_return make_page(std::move(found), page, store::position_of);
}

Task<OrganizationResponse> Organizations::create(Caller caller, OrganizationCreateRequest request) {
    const std::string base = slug_of(request.name);
    co_return co_await parts_.database.write([&](Writer& db) {
        return parts_.idempotency.once<OrganizationResponse>(db, caller, caller.identity(), [&] {
            const Instant now = parts_.clock.now();
            OrganizationResponse made;
            made.id = OrganizationId::make(now);
            made.name = request.name;
            made.slug = request.slug ? *request.slug : free_slug(db, base);
            if (request.description)
                made.description = *request.description;
            made.role = OrganizationRole::owner;
            made.created_at = now;
            made.updated_at = now;
            check_slug(db, made.slug, made.id);
            if (!members_store::find_user(db, caller.user))
                throw ApiError(credential_ended(caller));
            store::insert(db, made);
            members_store::insert(db,
                                  {made.id, caller.user, OrganizationRole::owner, std::nullopt, now, true});
            parts_.audit.note(db, caller,
                              {"organization.created",
                               made.id,
                               made.id.text(),
                               {{"name", made.name}, {"slug", made.slug}}});
            return made;
        });
    });
}

Task<OrganizationResponse> Organizations::get(Caller caller, OrganizationId organization) {
    co_return co_await parts_.database.read([&](Reader& db) {
        require(db, caller, organization, Action::read_organization);
        return find(db, caller, organization);
    });
}

Task<OrganizationResponse> Organizations::update(Caller caller, OrganizationId organization,
                                                 OrganizationUpdateRequest changes) {
    co_return co_await parts_.database.write([&](Writer& db) {
        require(db, caller, organization, Action::change_settings);
        auto updated = find(db, caller, organization);
        boost::json::object changed;
        apply("name", changes.name, updated.name, changed);
        apply("slug", changes.slug, updated.slug, changed);
        apply("description", changes.description, updated.description, changed);
        if (changed.contains("description")) // the log is no place for two texts of that length
            changed["description"] = "changed";
        if (changed.empty())
            return updated;
        check_slug(db, updated.slug, organization);
        updated.updated_at = parts_.clock.now();
        store::update(db, updated);
        parts_.audit.note(db, caller, {"organization.updated", organization, organization.text(), changed});
        return updated;
    });
}

Task<void> Organizations::remove(Caller caller, OrganizationId organization) {
    bool is_gone = false;
    while (!is_gone)
        is_gone =
            co_await parts_.database.write([&](Writer& db) { return remove_part(db, caller, organization); });
}

// Whether that was the last one.
bool Organizations::remove_part(Writer& db, const Caller& caller, OrganizationId organization) const {
    require(db, caller, organization, Action::delete_organization);
    const auto removed = find(db, caller, organization);
    if (removed.is_personal)
        throw ApiError(ErrorCode::personal_organization, "A personal organization cannot be deleted.");
    const auto note = [&](std::string_view action, std::int64_t members) {
        const boost::json::object details{
            {"name", removed.name}, {"slug", removed.slug}, {"member_count", members}};
        parts_.audit.note(db, caller, {action, organization, organization.text(), details});
    };
    const auto erased = store::erase_ordinary_members(db, organization, most_members_at_once);
    if (erased == most_members_at_once) {
        note("organization.members_deleted", erased);
        return false;
    }
    note("organization.deleted", removed.member_count);
    store::erase(db, organization);
    return true;
}

} // namespace xentree
