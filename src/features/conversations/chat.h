#pragma once
#include <string>
#include <variant>

#include "ai/routing.h"
#include "base/error.h"
#include "features/ai_usage/ai_usage.h"
#include "features/conversations/conversations.h"
#include "features/conversations/types.h"
#include "http/answer.h"
#include "http/caller.h"

namespace xentree {

// The rules between members of a ChatRequest.
void check_chat_request(const boost::json::object& body, std::vector<Fault>& faults);

// Turns answered by a provider, stored in a conversation where one is named. Any thread.
class Chat {
  public:
    Chat(Conversations& conversations, const ChatRouting& routing, AiUsage& ai_usage) :
        conversations_(conversations), routing_(routing), ai_usage_(ai_usage) {}

    // The whole answer, or a stream of it. Throws ApiError: validation_error, not_found (conversation,
    // provider or model), invalid_token, invalid_api_key, ai_quota_exceeded, unavailable, provider_error,
    // provider_timeout. Where a provider fails the user's message stays.
    Task<std::variant<ChatResponse, EventStream>> answer(Caller caller, ChatRequest request);
    std::vector<AIProvider> providers() const;

  private:
    // A turn whose answer has begun.
    struct Turn {
        UserId owner;
        ChatResponse answer; // complete but for content, usage and message_id
        StartedReply reply;
        std::optional<AiCall> call; // of an outside provider
    };
    class Stream;

    Task<Turn> begin(Caller caller, ChatRequest request);
    Task<ChatPrompt> take_turn(Turn& turn, ChatRequest request);
    Task<void> ask(Turn& turn, ChatRoute route, ChatPrompt prompt);
    Task<ChatResponse> finish(Turn& turn);

    Conversations& conversations_;
    const ChatRouting& routing_;
    AiUsage& ai_usage_;
};

} // namespace xentree
