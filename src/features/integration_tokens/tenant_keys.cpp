#include "features/integration_tokens/tenant_keys.h"

#include <algorithm>
#include <thread>

#include "features/integration_tokens/key_store.h"

namespace xentree {

namespace store = integration_key_store;

namespace {

constexpr Seconds remembered_for{10};
constexpr Seconds looks_again_after{1};
constexpr std::size_t remembered_organizations = 4'096; // about 15 KiB each
constexpr std::size_t signing_queue = 1'024;            // about a second of it
constexpr std::size_t most_published = 20;

std::size_t signing_threads() {
    return std::max(1u, std::thread::hardware_concurrency());
}

std::string_view name_of(const OrganizationId& organization) {
    return {reinterpret_cast<const char*>(organization.bytes.data()), organization.bytes.size()};
}

TenantKey::Stored stored(store::KeyRow& row) {
    return {row.kid, std::move(row.sealed_private_key.bytes), std::move(row.public_key.bytes)};
}

std::shared_ptr<const TenantKey> known_key(const KeyRing* known, const TenantKey::Stored& wanted) {
    const auto* entry = known ? known->find(wanted.kid) : nullptr;
    return entry && entry->key->is(wanted) ? entry->key : nullptr;
}

bool is_younger(const KeyRing& ring, Instant now, Seconds age) {
    return ring.read_at <= now && now < ring.read_at + age;
}

int place_of(IntegrationKeyStatus status) {
    switch (status) {
    case IntegrationKeyStatus::active:
        return 0;
    case IntegrationKeyStatus::next:
        return 1;
    case IntegrationKeyStatus::retired:
        return 2;
    }
    return 3;
}

ApiError no_such_organization() {
    return ApiError(ErrorCode::not_found, "There is no such organization.");
}

} // namespace

TenantKeys::TenantKeys(Parts parts) :
    parts_(parts), signing_(signing_threads(), signing_queue, WorkerPool::Priority::low),
    rings_(remembered_organizations) {}

void TenantKeys::check(Database& database, const MasterKey& master_key) {
    database.read_now([&](Reader& db) {
        if (auto found = store::any(db))
            TenantKey(found->first, stored(found->second)).private_key(master_key);
    });
}

Task<SignedToken> TenantKeys::sign(OrganizationId organization, IntegrationClaims claims) {
    const Ring ring = co_await read_or_make(organization);
    const auto key = ring->active(parts_.clock.now())->key;
    auto token = co_await sign_with(key, std::move(claims));
    co_return SignedToken{std::move(token), key->kid()};
}

Task<std::optional<std::string>> TenantKeys::sign_again(OrganizationId organization, std::string kid,
                                                        IntegrationClaims claims) {
    const Ring ring = co_await read(organization);
    const auto* entry = ring->find(kid);
    if (!entry || !KeyRing::is_kept(*entry, parts_.clock.now()))
        co_return std::nullopt;
    co_return co_await sign_with(entry->key, std::move(claims));
}

Task<std::optional<RsaPublicKey>> TenantKeys::find(OrganizationId organization, std::string kid) {
    const Instant now = parts_.clock.now();
    Ring ring = remembered(organization);
    const bool is_good = ring && is_younger(*ring, now, ring->find(kid) ? remembered_for : looks_again_after);
    if (!is_good)
        ring = co_await read(organization);
    const auto* entry = ring->find(kid);
    if (!entry || !KeyRing::is_kept(*entry, now))
        co_return std::nullopt;
    co_return entry->key->public_key();
}

Task<std::vector<PublishedKey>> TenantKeys::published(OrganizationId organization) {
    const Ring ring = co_await read_or_make(organization);
    const Instant now = parts_.clock.now();
    std::vector<PublishedKey> keys;
    for (const auto& entry : ring->entries) {
        if (!KeyRing::is_kept(entry, now))
            continue;
        const RsaPublicKey& key = entry.key->public_key();
        keys.push_back({entry.key->kid(), key.n(), key.e(), key.fingerprint(), ring->status(entry, now)});
    }
    std::reverse(keys.begin(), keys.end());
    std::stable_sort(keys.begin(), keys.end(), [](const auto& one, const auto& other) {
        return place_of(one.status) < place_of(other.status);
    });
    if (keys.size() > most_published)
        keys.resize(most_published);
    co_return keys;
}

TenantKeys::Ring TenantKeys::remembered(OrganizationId organization) {
    const std::lock_guard lock(mutex_);
    const auto* ring = rings_.find(name_of(organization));
    return ring ? *ring : nullptr;
}

void TenantKeys::remember(OrganizationId organization, Ring ring) {
    const std::lock_guard lock(mutex_);
    if (auto* place = rings_.find(name_of(organization)))
        *place = std::move(ring);
    else if (!ring->entries.empty()) // made-up organizations must not push out real ones
        rings_.add(std::string(name_of(organization)), std::move(ring));
}

Task<TenantKeys::Ring> TenantKeys::read(OrganizationId organization) {
    const Instant now = parts_.clock.now();
    const Ring known = remembered(organization);
    auto rows = co_await parts_.database.read([&](Reader& db) { return store::list(db, organization); });
    const auto ring = std::make_shared<KeyRing>();
    ring->read_at = now;
    for (auto& row : rows) {
        auto halves = stored(row);
        auto key = known_key(known.get(), halves); // parsed and perhaps opened already
        if (!key)
            key = std::make_shared<const TenantKey>(organization, std::move(halves));
        ring->entries.push_back({std::move(key), row.activates_at, row.retired_at});
    }
    remember(organization, ring);
    co_return ring;
}

Task<TenantKeys::Ring> TenantKeys::read_or_make(OrganizationId organization) {
    Ring ring = co_await read(organization);
    if (ring->active(parts_.clock.now()))
        co_return ring;
    // Before it takes a place of the few where keys are made: anybody may ask, for made-up organizations too.
    const bool exists =
        co_await parts_.database.read([&](Reader& db) { return store::has_organization(db, organization); });
    if (!exists)
        throw no_such_organization();
    co_await parts_.making.run([&] { make_first(organization); });
    ring = co_await read(organization);
    if (!ring->active(parts_.clock.now()))
        throw ApiError::retry_later(ErrorCode::unavailable, Seconds(1),
                                    "The organization's key was withdrawn a moment ago.");
    co_return ring;
}

// On the one thread that makes keys, so that of requests that come at once the first makes one and the others
// find it.
void TenantKeys::make_first(OrganizationId organization) {
    const auto has_none = [&](Reader& db) {
        if (!store::has_organization(db, organization))
            throw no_such_organization();
        return !store::find_newest(db, organization);
    };
    bool is_needed = false;
    parts_.database.read_now([&](Reader& db) { is_needed = has_none(db); });
    if (!is_needed)
        return;
    const Instant now = parts_.clock.now();
    const auto key = TenantKey::make(parts_.master_key, organization, now);
    parts_.database.write_now([&](Writer& db) {
        if (has_none(db)) // another node may have made one meanwhile
            store::insert(db, organization, key, {now, now});
    });
}

Task<std::string> TenantKeys::sign_with(std::shared_ptr<const TenantKey> key, IntegrationClaims claims) {
    co_return co_await signing_.run(
        [&] { return sign_integration_token(claims, key->kid(), key->private_key(parts_.master_key)); });
}

} // namespace xentree
