#pragma once
#include <functional>
#include <string>

#include "ai/routing.h"
#include "features/conversations/types.h"
#include "features/idempotency/idempotency.h"
#include "http/caller.h"
#include "http/page.h"
#include "storage/database.h"

namespace xentree {

// What was said in a conversation before a message, oldest first, as much as providers take.
struct History {
    std::vector<ChatMessage> turns;
    std::size_t turns_before = 0; // older ones that were left out
};

// A user's conversations and their messages. Any thread.
class Conversations {
  public:
    struct Parts {
        Database& database;
        const ChatRouting& routing;
        const Idempotency& idempotency;
        const Clock& clock;
    };
    explicit Conversations(Parts parts) : parts_(parts) {}

    // Throws ApiError: not_found where no provider bears the name; invalid_token or invalid_api_key where the
    // account was deleted since the caller was authenticated.
    Task<ConversationResponse> create(Caller caller, ConversationCreateRequest request);
    Task<Page<ConversationResponse>> list(UserId owner, PageRequest page);
    // The following throw ApiError(not_found) where the owner has no such conversation.
    Task<ConversationResponse> find(UserId owner, ConversationId id);
    // A new title is no activity: the place in the list stays.
    Task<ConversationResponse> update(UserId owner, ConversationId id, ConversationUpdateRequest changes);
    Task<void> remove(UserId owner, ConversationId id);
    // Fewer than asked for where they are heavy.
    Task<Page<MessageResponse>> messages(UserId owner, ConversationId id, PageRequest page);

    // What else belongs into a transaction: done last in it.
    using Also = std::function<void(Writer&)>;
    // Stores the user's message; answers what was said before it.
    Task<History> begin_turn(UserId owner, ConversationId id, std::string message, Also also = {});
    // Stores the answer and gives it its id.
    Task<MessageId> finish_turn(UserId owner, ChatResponse answer, Also also = {});

  private:
    Parts parts_;
};

} // namespace xentree
