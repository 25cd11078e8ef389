#include "features/connectors/revocations.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "base/log.h"
#include "features/connectors/oauth.h"

namespace xentree {

namespace store = revocation_store;

namespace {

constexpr std::int64_t at_once = 8;
constexpr std::chrono::minutes lease{5}; // longer than any call
constexpr std::chrono::minutes waits[] = {
    std::chrono::minutes(1),   std::chrono::minutes(5),   std::chrono::minutes(30),
    std::chrono::minutes(180), std::chrono::minutes(720), std::chrono::minutes(1'440),
};

// Nothing where it was the last try.
std::optional<Milliseconds> wait_after(std::int64_t failed_before) {
    const auto index = static_cast<std::size_t>(failed_before);
    return index < std::size(waits) ? std::optional<Milliseconds>(waits[index]) : std::nullopt;
}

std::string purpose_of(store::RevocationId id) {
    return "revocation " + id.text();
}

} // namespace

void Revocations::put(Writer& db, ConnectorProvider provider, std::string_view token) const {
    const Instant now = parts_.clock.now();
    const auto id = store::RevocationId::make(now);
    store::insert(db, {id, provider, Blob{parts_.master_key.seal(token, purpose_of(id))}, 0, now});
}

void Revocations::work_off() {
    const Instant now = parts_.clock.now();
    bool is_any_due = false;
    parts_.database.read_now([&](Reader& db) { is_any_due = store::is_any_due(db, now); });
    if (!is_any_due)
        return;
    std::vector<store::Revocation> due;
    parts_.database.write_now([&](Writer& db) { due = store::claim(db, {now, now + lease, at_once}); });
    std::vector<Attempt> attempts;
    attempts.reserve(due.size());
    for (auto& revocation : due)
        attempts.push_back({std::move(revocation), false});
    asio::io_context loop;
    for (Attempt& attempt : attempts)
        asio::co_spawn(loop, tell(attempt), asio::detached);
    loop.run();
    parts_.database.write_now([&](Writer& db) {
        for (const Attempt& attempt : attempts)
            settle(db, attempt);
    });
    for (const Attempt& attempt : attempts) {
        if (!attempt.is_done && !wait_after(attempt.revocation.attempts))
            log(LogLevel::error, "a consent at {} is left as it is: it could not be revoked",
                boost::describe::enum_to_string(attempt.revocation.provider, ""));
    }
}

// Throws nothing.
Task<void> Revocations::tell(Attempt& attempt) const {
    const auto& revocation = attempt.revocation;
    const OAuthProvider& provider = parts_.providers.of(revocation.provider);
    auto token = parts_.master_key.open(revocation.sealed_token.bytes, purpose_of(revocation.id));
    if (!token || !provider.is_configured())
        co_return;
    try {
        const OAuthClient client(provider, parts_.clock, parts_.timeout);
        co_await client.revoke(*std::move(token));
        attempt.is_done = true;
    } catch (const std::exception& error) {
        log(LogLevel::warning, "{}: a consent could not be revoked: {}", provider.name, error.what());
    }
}

void Revocations::settle(Writer& db, const Attempt& attempt) const {
    store::Revocation revocation = attempt.revocation;
    const auto wait = attempt.is_done ? std::nullopt : wait_after(revocation.attempts);
    if (!wait)
        return store::erase(db, revocation.id);
    ++revocation.attempts;
    store::postpone(db, revocation, parts_.clock.now() + *wait);
}

} // namespace xentree
