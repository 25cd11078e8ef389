#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

#include "ai/chat_provider.h"
#include "base/id.h"
#include "http/presence.h"

// What the operations of Conversations send and take (contract/conversations.yaml).
namespace xentree {

BOOST_DESCRIBE_ENUM(ChatRole, user, assistant, system)
BOOST_DESCRIBE_STRUCT(TokenUsage, (), (prompt_tokens, completion_tokens, total_tokens))

struct AIModel {
    std::string id;
    std::string name;
    std::optional<std::int64_t> context_tokens;
};
BOOST_DESCRIBE_STRUCT(AIModel, (), (id, name, context_tokens))

struct AIProvider {
    std::string id;
    std::string name;
    std::vector<AIModel> models;
    std::optional<std::string> default_model;
    bool available = false;
    std::optional<std::string> unavailable_reason;
    std::vector<std::string> capabilities;
};
BOOST_DESCRIBE_STRUCT(AIProvider, (),
                      (id, name, models, default_model, available, unavailable_reason, capabilities))

struct ChatTurn {
    ChatRole role = ChatRole::user;
    std::string content;
};
BOOST_DESCRIBE_STRUCT(ChatTurn, (), (role, content))

struct ChatRequest {
    std::string message;
    Omittable<std::string> provider;
    Omittable<std::string> model;
    std::vector<ChatTurn> conversation_history;
    Omittable<std::string> user_language;
    Omittable<ConversationId> conversation_id;
    bool use_knowledge = false;
    bool stream = false;
};
BOOST_DESCRIBE_STRUCT(ChatRequest, (),
                      (message, provider, model, conversation_history, user_language, conversation_id,
                       use_knowledge, stream))

struct Citation {
    std::string document_id;
    std::string document_title;
    std::string chunk_id;
    std::string quote;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::optional<std::int64_t> page;
    double score = 0;
};
BOOST_DESCRIBE_STRUCT(Citation, (), (document_id, document_title, chunk_id, quote, start, end, page, score))

struct ChatResponse {
    std::string content;
    std::string provider;
    std::string model;
    std::optional<TokenUsage> usage;
    std::optional<ConversationId> conversation_id;
    std::optional<MessageId> message_id;
    std::vector<Citation> citations;
};
BOOST_DESCRIBE_STRUCT(ChatResponse, (),
                      (content, provider, model, usage, conversation_id, message_id, citations))

struct ConversationCreateRequest {
    Omittable<std::string> title;
    std::string provider;
};
BOOST_DESCRIBE_STRUCT(ConversationCreateRequest, (), (title, provider))

struct ConversationUpdateRequest {
    Omittable<std::string> title;
};
BOOST_DESCRIBE_STRUCT(ConversationUpdateRequest, (), (title))

struct ConversationResponse {
    ConversationId id;
    std::string title;
    std::string provider;
    std::int64_t message_count = 0;
    std::optional<Instant> last_message_at;
    Instant created_at;
    Instant updated_at;
};
BOOST_DESCRIBE_STRUCT(ConversationResponse, (),
                      (id, title, provider, message_count, last_message_at, created_at, updated_at))

struct MessageResponse {
    MessageId id;
    ConversationId conversation_id;
    ChatRole role = ChatRole::user;
    std::string content;
    std::optional<std::string> provider;
    std::optional<std::string> model;
    std::optional<TokenUsage> usage;
    std::vector<Citation> citations;
    Instant created_at;
};
BOOST_DESCRIBE_STRUCT(MessageResponse, (),
                      (id, conversation_id, role, content, provider, model, usage, citations, created_at))

} // namespace xentree
