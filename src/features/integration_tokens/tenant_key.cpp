#include "features/integration_tokens/tenant_key.h"

#include <fmt/format.h>
#include <sodium.h>

#include <stdexcept>

namespace xentree {

namespace {

// A row that is moved to another organization or kid opens no more.
std::string purpose(OrganizationId organization, std::string_view kid) {
    return fmt::format("integration key {} {}", organization.text(), kid);
}

RsaPublicKey parse_public(const TenantKey::Stored& stored) {
    auto key = RsaPublicKey::from_der(stored.public_key);
    if (!key)
        throw std::runtime_error(
            fmt::format("the public half of the integration key {} is none", stored.kid));
    return *std::move(key);
}

} // namespace

TenantKey::TenantKey(OrganizationId organization, Stored stored) :
    organization_(organization), stored_(std::move(stored)), public_key_(parse_public(stored_)) {}

TenantKey::Stored TenantKey::make(const MasterKey& master_key, OrganizationId organization, Instant now) {
    const RsaKey key = RsaKey::generate();
    const std::string day = format_instant(now).substr(0, std::string_view("2026-05-04").size());
    std::string kid = fmt::format("{}-{:08x}", day, randombytes_random());
    std::string sealed = master_key.seal(key.der(), purpose(organization, kid));
    return {std::move(kid), std::move(sealed), key.public_key().der()};
}

bool TenantKey::is(const Stored& other) const {
    return stored_.kid == other.kid && stored_.public_key == other.public_key &&
           stored_.sealed_private_key == other.sealed_private_key;
}

const RsaKey& TenantKey::private_key(const MasterKey& master_key) const {
    const std::lock_guard lock(mutex_);
    if (private_key_)
        return *private_key_;
    const auto der = master_key.open(stored_.sealed_private_key, purpose(organization_, stored_.kid));
    private_key_ = der ? RsaKey::from_der(*der) : std::nullopt;
    if (!private_key_)
        throw std::runtime_error(
            "The master key does not fit this database: it cannot open the keys that organizations sign "
            "integration tokens with. Start with the master key that the database was made with "
            "(--master-key-file). If it is lost, delete the rows of the table integration_keys: integration "
            "tokens made before stop working then, and whoever verifies them fetches the new keys.");
    return *private_key_;
}

} // namespace xentree
