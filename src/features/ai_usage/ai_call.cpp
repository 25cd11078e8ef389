#include "features/ai_usage/ai_call.h"

#include <utility>

#include "base/error.h"
#include "features/ai_usage/ai_usage.h"
#include "features/ai_usage/month.h"
#include "features/ai_usage/store.h"

namespace xentree {

namespace store = ai_usage_store;

AiCall::AiCall(AiCall&& other) noexcept :
    usage_(std::exchange(other.usage_, nullptr)), claim_(std::move(other.claim_)), stage_(other.stage_) {}

AiCall::~AiCall() {
    if (!usage_ || usage_->finished_)
        return;
    if (stage_ == Stage::begun)
        usage_->parts_.database.write_later(
            [claim = std::move(claim_)](Writer& db) { count(db, claim, std::nullopt); });
    else if (stage_ == Stage::reserved && claim_.limit)
        usage_->parts_.database.write_later(
            [claim = std::move(claim_)](Writer& db) { give_back(db, claim); });
}

Task<void> AiCall::reserve() {
    if (claim_.limit)
        co_await usage_->parts_.database.write([this](Writer& db) { reserve(db); });
    stage_ = Stage::reserved;
}

// That the stage is set although the transaction may still fail does no harm: giving back what is not there
// changes nothing.
void AiCall::reserve(Writer& db) {
    if (claim_.limit) {
        const store::Month month{claim_.owner, claim_.month};
        bool taken = store::take(db, month, claim_.limit);
        if (!taken) {
            const std::int64_t expired = store::delete_expired(db, month, claim_.at);
            if (expired > 0) {
                store::give_back(db, month, expired);
                taken = store::take(db, month, claim_.limit);
            }
        }
        if (!taken)
            throw ApiError::retry_later(ErrorCode::ai_quota_exceeded, std::chrono::ceil<std::chrono::seconds>(
                                                                          next_month(claim_.at) - claim_.at));
        store::insert_reservation(db, month, claim_.id, claim_.at + AiUsage::lease);
    }
    stage_ = Stage::reserved;
}

Task<void> AiCall::give_back() {
    if (claim_.limit)
        co_await usage_->parts_.database.write([this](Writer& db) { give_back(db, claim_); });
    stage_ = Stage::over;
}

void AiCall::begin(std::string provider, std::string model) {
    claim_.provider = std::move(provider);
    claim_.model = std::move(model);
    stage_ = Stage::begun;
}

Task<void> AiCall::count(std::optional<TokenUsage> tokens) {
    co_await usage_->parts_.database.write([&](Writer& db) { count(db, tokens); });
    counted();
}

void AiCall::count(Writer& db, const std::optional<TokenUsage>& tokens) const {
    count(db, claim_, tokens);
}

void AiCall::give_back(Writer& db, const Claim& claim) {
    if (store::delete_reservation(db, claim.owner, claim.id))
        store::give_back(db, {claim.owner, claim.month}, 1);
}

void AiCall::count(Writer& db, const Claim& claim, const std::optional<TokenUsage>& tokens) {
    const store::Month month{claim.owner, claim.month};
    const bool was_reserved = claim.limit && store::delete_reservation(db, claim.owner, claim.id);
    if (!was_reserved) // the plan has no limit, or the lease was over
        store::take(db, month, std::nullopt);
    const TokenUsage told = tokens.value_or(TokenUsage{});
    store::add(db, month, {claim.provider, claim.model, 1, told.prompt_tokens, told.completion_tokens});
}

} // namespace xentree
