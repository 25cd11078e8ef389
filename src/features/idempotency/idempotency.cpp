#include "features/idempotency/idempotency.h"

#include <sodium.h>

#include "base/error.h"

namespace xentree {

namespace {

struct KeptAnswer {
    Blob body_mac;
    std::string answer;
};
BOOST_DESCRIBE_STRUCT(KeptAnswer, (), (body_mac, answer))

Digest mac(const SecretKey& key, std::initializer_list<std::string_view> parts) {
    crypto_generichash_state state;
    Digest digest;
    crypto_generichash_init(&state, key.data(), key.size(), digest.size());
    for (const auto part : parts) {
        const std::uint64_t size = part.size(); // so that parts cannot be shifted into each other
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&size), sizeof size);
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
    }
    crypto_generichash_final(&state, digest.data(), digest.size());
    return digest;
}

} // namespace

Idempotency::Record Idempotency::identify(const RepeatableRequest& request, std::string_view who) const {
    const std::string_view body = request.body.empty() ? std::string_view("{}") : request.body;
    return {mac(key_, {"id", who, request.place, request.key}), mac(key_, {"body", body})};
}

std::optional<std::string> Idempotency::find(Writer& db, const Record& record) const {
    const auto kept = db.one<KeptAnswer>(
        "SELECT body_mac, answer FROM idempotency_answers WHERE id = $1 AND created_at > $2", record.id,
        clock_.now() - kept_for);
    if (!kept)
        return std::nullopt;
    if (kept->body_mac.bytes != std::string_view(reinterpret_cast<const char*>(record.body_mac.data()), 32))
        throw ApiError(ErrorCode::idempotency_key_reused);
    return kept->answer;
}

void Idempotency::keep(Writer& db, const Record& record, const Kept<std::string>& kept) const {
    db.run("INSERT INTO idempotency_answers (id, body_mac, answer, created_at, owner_id) "
           "VALUES ($1, $2, $3, $4, $5) "
           "ON CONFLICT (id) DO UPDATE SET body_mac = excluded.body_mac, answer = excluded.answer, "
           "created_at = excluded.created_at, owner_id = excluded.owner_id",
           record.id, record.body_mac, kept.answer, kept.since, kept.owner);
}

void Idempotency::forget_old(Writer& db) const {
    db.run("DELETE FROM idempotency_answers WHERE created_at <= $1", clock_.now() - kept_for);
}

} // namespace xentree
