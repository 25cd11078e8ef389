#pragma once
#include <optional>
#include <string>
#include <vector>

#include "ai/chat_provider.h"
#include "features/ai_usage/ai_call.h"
#include "features/ai_usage/types.h"
#include "storage/database.h"

// The SQL of AI usage; every statement names the owner.
namespace xentree::ai_usage_store {

struct Month {
    UserId owner;
    std::string name; // YYYY-MM
};

// Takes one of the month's answers; false where `limit` are taken, or there is no such user. One row a user
// and month is what decides, so of two that come at once the second one waits or is run again.
bool take(Writer& db, const Month& month, std::optional<std::int64_t> limit);
bool owner_exists(Reader& db, UserId owner);
void give_back(Writer& db, const Month& month, std::int64_t number);

void insert_reservation(Writer& db, const Month& month, AiCallId id, Instant expires);
bool delete_reservation(Writer& db, UserId owner, AiCallId id);
// Answers how many there were.
std::int64_t delete_expired(Writer& db, const Month& month, Instant now);
void delete_all_expired_before(Writer& db, Instant before);

// `used.calls` more of its provider and model.
void add(Writer& db, const Month& month, const AIUsageByProvider& used);
// The most calls first.
std::vector<AIUsageByProvider> list(Reader& db, const Month& month);

} // namespace xentree::ai_usage_store
