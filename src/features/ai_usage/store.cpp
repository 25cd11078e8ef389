#include "features/ai_usage/store.h"

#include <limits>

namespace xentree::ai_usage_store {

// Selecting from users finds nothing where the account was deleted meanwhile.

bool take(Writer& db, const Month& month, std::optional<std::int64_t> limit) {
    return db.run(
               "INSERT INTO ai_months (owner_id, month, taken) SELECT id, $2, 1 FROM users WHERE id = $1 AND "
               "$3 > 0 ON CONFLICT (owner_id, month) DO UPDATE SET taken = ai_months.taken + 1 WHERE "
               "ai_months.taken < $3",
               month.owner, month.name, limit.value_or(std::numeric_limits<std::int64_t>::max())) == 1;
}

bool owner_exists(Reader& db, UserId owner) {
    return db.one<UserId>("SELECT id FROM users WHERE id = $1", owner).has_value();
}

void give_back(Writer& db, const Month& month, std::int64_t number) {
    db.run("UPDATE ai_months SET taken = taken - $3 WHERE owner_id = $1 AND month = $2", month.owner,
           month.name, number);
}

void insert_reservation(Writer& db, const Month& month, AiCallId id, Instant expires) {
    db.run("INSERT INTO ai_reservations (id, owner_id, month, expires_at) VALUES ($1, $2, $3, $4)", id,
           month.owner, month.name, expires);
}

bool delete_reservation(Writer& db, UserId owner, AiCallId id) {
    return db.run("DELETE FROM ai_reservations WHERE id = $1 AND owner_id = $2", id, owner) == 1;
}

std::int64_t delete_expired(Writer& db, const Month& month, Instant now) {
    return db.run("DELETE FROM ai_reservations WHERE owner_id = $1 AND month = $2 AND expires_at <= $3",
                  month.owner, month.name, now);
}

void delete_all_expired_before(Writer& db, Instant before) {
    db.run("DELETE FROM ai_reservations WHERE expires_at < $1", before);
}

void add(Writer& db, const Month& month, const AIUsageByProvider& used) {
    db.run("INSERT INTO ai_usage (owner_id, month, provider, model, calls, prompt_tokens, completion_tokens) "
           "SELECT id, $2, $3, $4, $5, $6, $7 FROM users WHERE id = $1 "
           "ON CONFLICT (owner_id, month, provider, model) DO UPDATE SET calls = ai_usage.calls + "
           "excluded.calls, "
           "prompt_tokens = ai_usage.prompt_tokens + excluded.prompt_tokens, "
           "completion_tokens = ai_usage.completion_tokens + excluded.completion_tokens",
           month.owner, month.name, used.provider, used.model, used.calls, used.prompt_tokens,
           used.completion_tokens);
}

std::vector<AIUsageByProvider> list(Reader& db, const Month& month) {
    return db.all<AIUsageByProvider>("SELECT provider, model, calls, prompt_tokens, completion_tokens FROM "
                                     "ai_usage WHERE owner_id = $1 AND "
                                     "month = $2 ORDER BY calls DESC, provider, model",
                                     month.owner, month.name);
}

} // namespace xentree::ai_usage_store
