#include "features/conversations/store.h"

#include <boost/json.hpp>

#include <algorithm>
#include <limits>

#include "http/json_text.h"

namespace xentree::conversations_store {

namespace {

struct MessageRow {
    MessageId id;
    ChatRole role;
    std::string content;
    std::optional<std::string> provider, model;
    std::optional<std::int64_t> prompt_tokens, completion_tokens, total_tokens;
    std::optional<std::string> citations; // a JSON array
    std::int64_t position;
    Instant created_at;
};
BOOST_DESCRIBE_STRUCT(MessageRow, (),
                      (id, role, content, provider, model, prompt_tokens, completion_tokens, total_tokens,
                       citations, position, created_at))

struct TurnRow {
    ChatRole role;
    std::string content;
    std::int64_t position;
};
BOOST_DESCRIBE_STRUCT(TurnRow, (), (role, content, position))

// Messages in one statement: heavy ones past the wanted bytes are not to be read for nothing.
constexpr std::size_t read_at_once = 32;

StoredMessage to_message(MessageRow row, ConversationId conversation) {
    MessageResponse message{row.id,
                            conversation,
                            row.role,
                            std::move(row.content),
                            std::move(row.provider),
                            std::move(row.model),
                            std::nullopt,
                            {},
                            row.created_at};
    if (row.total_tokens)
        message.usage =
            TokenUsage{row.prompt_tokens.value_or(0), row.completion_tokens.value_or(0), *row.total_tokens};
    if (row.citations)
        message.citations = from_json<std::vector<Citation>>(boost::json::parse(*row.citations));
    return {std::move(message), row.position};
}

} // namespace

bool insert(Writer& db, UserId owner, const ConversationResponse& conversation) {
    return db.run("INSERT INTO conversations (id, owner_id, title, provider, message_count, active_at, "
                  "created_at, updated_at) SELECT $1, id, $3, $4, 0, $5, $5, $5 FROM users WHERE id = $2",
                  conversation.id, owner, conversation.title, conversation.provider,
                  conversation.created_at) == 1;
}

std::optional<ConversationResponse> find(Reader& db, UserId owner, ConversationId id) {
    return db.one<ConversationResponse>("SELECT id, title, provider, message_count, last_message_at, "
                                        "created_at, updated_at FROM conversations "
                                        "WHERE id = $1 AND owner_id = $2",
                                        id, owner);
}

std::vector<ConversationResponse> list(Reader& db, UserId owner, const PageRequest& page) {
    const std::size_t most = page.limit + 1;
    if (const auto after = page.after<Instant, ConversationId>()) {
        const auto& [active_at, id] = *after;
        return db.all<ConversationResponse>(
            "SELECT id, title, provider, message_count, last_message_at, created_at, updated_at FROM "
            "conversations "
            "WHERE owner_id = $1 AND (active_at, id) < ($2, $3) ORDER BY active_at DESC, id DESC LIMIT $4",
            owner, active_at, id, most);
    }
    return db.all<ConversationResponse>("SELECT id, title, provider, message_count, last_message_at, "
                                        "created_at, updated_at FROM conversations "
                                        "WHERE owner_id = $1 ORDER BY active_at DESC, id DESC LIMIT $2",
                                        owner, most);
}

std::tuple<Instant, ConversationId> position_of(const ConversationResponse& conversation) {
    return {conversation.last_message_at.value_or(conversation.created_at), conversation.id};
}

void rename(Writer& db, UserId owner, const ConversationResponse& conversation) {
    db.run("UPDATE conversations SET title = $3, updated_at = $4 WHERE id = $1 AND owner_id = $2",
           conversation.id, owner, conversation.title, conversation.updated_at);
}

bool erase(Writer& db, UserId owner, ConversationId id) {
    return db.run("DELETE FROM conversations WHERE id = $1 AND owner_id = $2", id, owner) == 1;
}

bool append(Writer& db, UserId owner, const MessageResponse& message, std::string_view title) {
    const std::int64_t counted = db.run(
        "UPDATE conversations SET message_count = message_count + 1, last_message_at = $3, active_at = $3, "
        "updated_at = $3, title = CASE WHEN title = '' THEN $4 ELSE title END WHERE id = $1 AND owner_id = "
        "$2",
        message.conversation_id, owner, message.created_at, title);
    if (counted == 0)
        return false;
    const auto prompt_tokens = message.usage ? std::optional(message.usage->prompt_tokens) : std::nullopt;
    const auto completion_tokens =
        message.usage ? std::optional(message.usage->completion_tokens) : std::nullopt;
    const auto total_tokens = message.usage ? std::optional(message.usage->total_tokens) : std::nullopt;
    const auto citations =
        message.citations.empty() ? std::nullopt : std::optional(to_json_text(message.citations));
    // Messages of a conversation are never deleted one by one, so the count is the position.
    db.run(
        "INSERT INTO messages (id, conversation_id, owner_id, role, content, provider, model, prompt_tokens, "
        "completion_tokens, total_tokens, citations, position, created_at) "
        "SELECT $3, id, owner_id, $4, $5, $6, $7, $8, $9, $10, $11, message_count, $12 FROM conversations "
        "WHERE id = $1 AND owner_id = $2",
        message.conversation_id, owner, message.id, message.role, message.content, message.provider,
        message.model, prompt_tokens, completion_tokens, total_tokens, citations, message.created_at);
    return true;
}

std::vector<StoredMessage> list_messages(Reader& db, UserId owner, ConversationId id, const PageRequest& page,
                                         std::size_t bytes) {
    const auto after = page.after<std::int64_t>();
    std::int64_t position = after ? std::get<0>(*after) : 0;
    std::vector<StoredMessage> messages;
    for (std::size_t left = page.limit + 1, read = 0; left > 0 && read <= bytes;) {
        const std::size_t most = std::min(left, read_at_once);
        auto rows = db.all<MessageRow>("SELECT id, role, content, provider, model, prompt_tokens, "
                                       "completion_tokens, total_tokens, citations, "
                                       "position, created_at FROM messages WHERE conversation_id = $1 AND "
                                       "owner_id = $2 AND position > $3 "
                                       "ORDER BY position LIMIT $4",
                                       id, owner, position, most);
        for (auto& row : rows) {
            position = row.position;
            read += row.content.size();
            messages.push_back(to_message(std::move(row), id));
        }
        left = rows.size() < most ? 0 : left - most;
    }
    return messages;
}

std::vector<ChatMessage> recent_turns(Reader& db, UserId owner, ConversationId id, Extent extent) {
    std::int64_t position = std::numeric_limits<std::int64_t>::max();
    std::vector<ChatMessage> turns;
    for (std::size_t left = extent.messages, read = 0; left > 0 && read <= extent.bytes;) {
        const std::size_t most = std::min(left, read_at_once);
        auto rows =
            db.all<TurnRow>("SELECT role, content, position FROM messages WHERE conversation_id = $1 AND "
                            "owner_id = $2 AND position < $3 ORDER BY position DESC LIMIT $4",
                            id, owner, position, most);
        for (auto& row : rows) {
            position = row.position;
            read += row.content.size();
            turns.push_back({row.role, std::move(row.content)});
        }
        left = rows.size() < most ? 0 : left - most;
    }
    std::reverse(turns.begin(), turns.end());
    return turns;
}

} // namespace xentree::conversations_store
