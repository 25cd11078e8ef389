#include "features/integration_tokens/key_rotation.h"

#include <fmt/format.h>
#include <sodium.h>

#include <stdexcept>

#include "base/log.h"
#include "features/integration_tokens/key_ring.h"

namespace xentree {

namespace store = integration_key_store;

namespace {

constexpr std::int64_t looked_at_once = 64;
constexpr std::int64_t erased_at_once = 1'000;

} // namespace

void KeyRotation::rotate_one_due() {
    const Instant until = parts_.clock.now() - parts_.longest_use;
    std::vector<store::NewestKey> due;
    parts_.database.read_now([&](Reader& db) { due = store::list_older(db, until, looked_at_once); });
    if (due.empty())
        return;
    // Any of them, so that nodes seldom make a key for the same one.
    const auto& key = due[randombytes_uniform(static_cast<std::uint32_t>(due.size()))];
    const auto outcome = publish_next(key.organization, until, Reason::age);
    if (outcome && outcome->is_new)
        log(LogLevel::info, "organization {} signs integration tokens with a new key, {}, from {} on",
            key.organization.text(), outcome->kid, format_instant(outcome->activates_at));
}

void KeyRotation::forget_old() {
    const Instant before = parts_.clock.now() - KeyRing::longest_token_life - KeyRing::clock_difference;
    parts_.database.write_now([&](Writer& db) { store::erase_retired_before(db, before, erased_at_once); });
}

OrganizationId KeyRotation::find_organization(const std::string& name) const {
    std::optional<OrganizationId> found;
    parts_.database.read_now([&](Reader& db) {
        const auto id = OrganizationId::parse(name);
        if (id && store::has_organization(db, *id))
            found = id;
        else
            found = store::find_organization(db, name);
    });
    if (!found)
        throw std::runtime_error(fmt::format("There is no organization with the id or slug {}.", name));
    return *found;
}

std::optional<KeyRotation::Outcome> KeyRotation::rotate(OrganizationId organization) {
    return publish_next(organization, parts_.clock.now(), Reason::command);
}

void KeyRotation::rotate_all(const std::function<void(OrganizationId, const Outcome&)>& report) {
    std::optional<OrganizationId> last = OrganizationId{};
    while (last) {
        std::vector<OrganizationId> organizations;
        parts_.database.read_now(
            [&](Reader& db) { organizations = store::list_organizations(db, *last, looked_at_once); });
        for (const auto& organization : organizations) {
            if (const auto outcome = rotate(organization))
                report(organization, *outcome);
        }
        last = organizations.empty() ? std::nullopt : std::optional(organizations.back());
    }
}

std::int64_t KeyRotation::withdraw(OrganizationId organization) {
    std::int64_t erased = 0;
    parts_.database.write_now([&](Writer& db) {
        erased = store::erase(db, organization);
        parts_.audit.note_operator(db, {"integration_keys.withdrawn", organization, "", {{"keys", erased}}});
    });
    return erased;
}

std::int64_t KeyRotation::withdraw_all() {
    std::int64_t all = 0;
    std::int64_t erased = erased_at_once;
    while (erased == erased_at_once) {
        parts_.database.write_now([&](Writer& db) {
            erased = store::erase_any(db, erased_at_once);
            parts_.audit.note_operator(db,
                                       {"integration_keys.withdrawn", std::nullopt, "", {{"keys", erased}}});
        });
        all += erased;
    }
    return all;
}

// Where the newest key signs since `until` at least. The transaction decides, so of several nodes one adds a
// key.
std::optional<KeyRotation::Outcome> KeyRotation::publish_next(OrganizationId organization, Instant until,
                                                              Reason reason) {
    const auto standing = [&](Reader& db) -> std::optional<Outcome> {
        const auto newest = store::find_newest(db, organization);
        return newest ? std::optional(Outcome{newest->kid, newest->activates_at, false}) : std::nullopt;
    };
    std::optional<Outcome> outcome;
    parts_.database.read_now([&](Reader& db) { outcome = standing(db); });
    if (!outcome || outcome->activates_at > until)
        return outcome;
    const auto key = parts_.making.run_now(
        [&] { return TenantKey::make(parts_.master_key, organization, parts_.clock.now()); });
    const Instant now = parts_.clock.now();
    parts_.database.write_now([&](Writer& db) {
        outcome = standing(db);
        if (!outcome || outcome->activates_at > until)
            return;
        const Instant activates_at = now + published_before;
        store::retire(db, organization, outcome->kid, activates_at);
        store::insert(db, organization, key, {now, activates_at});
        if (reason == Reason::command)
            parts_.audit.note_operator(db, {"integration_key.published", organization, key.kid, {}});
        outcome = Outcome{key.kid, activates_at, true};
    });
    return outcome;
}

} // namespace xentree
