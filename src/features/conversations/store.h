#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/conversations/types.h"
#include "http/page.h"
#include "storage/database.h"

// The SQL of conversations; every statement names the owner.
namespace xentree::conversations_store {

// False where there is no such user.
bool insert(Writer& db, UserId owner, const ConversationResponse& conversation);
std::optional<ConversationResponse> find(Reader& db, UserId owner, ConversationId id);
// Most recently active first; one more than the page's limit.
std::vector<ConversationResponse> list(Reader& db, UserId owner, const PageRequest& page);
std::tuple<Instant, ConversationId> position_of(const ConversationResponse& conversation);
// Sets title and updated_at.
void rename(Writer& db, UserId owner, const ConversationResponse& conversation);
bool erase(Writer& db, UserId owner, ConversationId id);

struct StoredMessage {
    MessageResponse message;
    std::int64_t position; // in its conversation, from 1 on
};
// Appends a message and counts it in its conversation, which takes `title` where it has none. False where the
// owner has no such conversation.
bool append(Writer& db, UserId owner, const MessageResponse& message, std::string_view title);
// How much to read of a conversation. It ends with a message past the bytes, or a few more.
struct Extent {
    std::size_t messages;
    std::size_t bytes; // of text
};
// Oldest first, one more than the page's limit where the bytes allow.
std::vector<StoredMessage> list_messages(Reader& db, UserId owner, ConversationId id, const PageRequest& page,
                                         std::size_t bytes);
// The newest messages, oldest of them first.
std::vector<ChatMessage> recent_turns(Reader& db, UserId owner, ConversationId id, Extent extent);

} // namespace xentree::conversations_store
