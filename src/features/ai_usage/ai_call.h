#pragma once
#include <optional>
#include <string>

#include "ai/chat_provider.h"
#include "base/error.h"
#include "base/id.h"
#include "base/task.h"
#include "storage/database.h"

namespace xentree {

class AiUsage;
using AiCallId = Id<struct AiCallKind>;

// One answer of an outside AI provider, from the reservation of its place in the user's month to its count:
//
//   AiCall call = usage.call(caller);
//   co_await call.reserve();
//   ... ask; where it fails: co_await call.give_back();
//   call.begin(provider, model);
//   ... pass the answer on
//   co_await call.count(tokens);
//
// One that is destroyed before its end (the client is gone, the provider broke off) is settled without
// anybody waiting: given back before begin(), counted after it. It belongs to one request and must not
// outlive AiUsage.
class AiCall {
  public:
    AiCall(AiCall&& other) noexcept;
    AiCall& operator=(AiCall&&) = delete;
    ~AiCall();

    // Throws ApiError: ai_quota_exceeded; invalid_token or invalid_api_key where the account was deleted
    // since the caller was authenticated.
    Task<void> reserve();
    // The same inside a transaction of the caller's; to be the last that it does.
    void reserve(Writer& db);

    // No answer was made, and the caller has that to tell: what the database refuses here is tried once more
    // at the destruction.
    Task<void> give_back();

    // The answer of this provider and model has begun: from here on it counts, however it ends.
    void begin(std::string provider, std::string model);

    // The answer is whole; `tokens` as far as the provider tells.
    Task<void> count(std::optional<TokenUsage> tokens);
    // The same inside a transaction of the caller's, who calls counted() when it is committed. Where nobody
    // knows whether it is, the destruction finds out and counts only what was not.
    void count(Writer& db, const std::optional<TokenUsage>& tokens) const;
    void counted() { stage_ = Stage::over; }

  private:
    friend class AiUsage;
    enum class Stage { idle, reserved, begun, over };
    struct Claim {
        AiCallId id;
        UserId owner;
        std::string month; // YYYY-MM
        std::optional<std::int64_t> limit;
        Instant at;
        ErrorCode credential_ended; // what to refuse with where the account is gone
        std::string provider, model;
    };
    AiCall(AiUsage& usage, Claim claim) : usage_(&usage), claim_(std::move(claim)) {}

    struct End {
        Instant at;
        std::optional<TokenUsage> tokens;
    };
    static void count(Writer& db, const Claim& claim, const End& end);
    static void give_back(Writer& db, const Claim& claim);

    AiUsage* usage_; // nothing after a move
    Claim claim_;
    Stage stage_ = Stage::idle;
};

} // namespace xentree
