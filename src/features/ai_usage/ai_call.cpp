#include "features/ai_usage/ai_call.h"

#include <utility>

#include "base/log.h"
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
            [claim = std::move(claim_), end = End{usage_->parts_.clock.now(), std::nullopt}](Writer& db) {
                count(db, claim, end);
            });
    else if (stage_ == Stage::reserved)
        usage_->parts_.database.write_later(
            [claim = std::move(claim_)](Writer& db) { give_back(db, claim); });
}

Task<void> AiCall::reserve() {
    co_await usage_->parts_.database.write([this](Writer& db) { reserve(db); });
}

// That the stage is set although the transaction may still fail does no harm: giving back what is not there
// changes nothing.
void AiCall::reserve(Writer& db) {
    const store::Month month{claim_.owner, claim_.month};
    bool taken = store::take(db, month, claim_.limit);
    if (!taken) {
        const std::int64_t expired = store::delete_expired(db, month, claim_.at);
        if (expired > 0) {
            store::give_back(db, month, expired);
            taken = store::take(db, month, claim_.limit);
        }
    }
    if (!taken && !store::owner_exists(db, claim_.owner))
        throw ApiError(claim_.credential_ended);
    if (!taken)
        throw ApiError::retry_later(ErrorCode::ai_quota_exceeded, std::chrono::ceil<std::chrono::seconds>(
                                                                      next_month(claim_.at) - claim_.at));
    store::insert_reservation(db, month, claim_.id, claim_.at + AiUsage::lease);
    stage_ = Stage::reserved;
}

Task<void> AiCall::give_back() {
    try {
        co_await usage_->parts_.database.write([this](Writer& db) { give_back(db, claim_); });
        stage_ = Stage::over;
    } catch (const std::exception& fault) {
        log(LogLevel::warning, "an AI call could not be given back at once: {}", fault.what());
    }
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
    count(db, claim_, {usage_->parts_.clock.now(), tokens});
}

void AiCall::give_back(Writer& db, const Claim& claim) {
    if (store::delete_reservation(db, claim.owner, claim.id))
        store::give_back(db, {claim.owner, claim.month}, 1);
}

void AiCall::count(Writer& db, const Claim& claim, const End& end) {
    const store::Month month{claim.owner, claim.month};
    const bool was_reserved = store::delete_reservation(db, claim.owner, claim.id);
    const bool is_leased = end.at < claim.at + AiUsage::lease;
    // Counted already, by a COMMIT whose outcome was not told; or the user is gone.
    if (!was_reserved && is_leased)
        return;
    if (!was_reserved) // another call may have been given its place
        store::take(db, month, std::nullopt);
    const TokenUsage told = end.tokens.value_or(TokenUsage{});
    store::add(db, month, {claim.provider, claim.model, 1, told.prompt_tokens, told.completion_tokens});
}

} // namespace xentree
