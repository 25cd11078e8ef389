#include "features/conversations/conversations.h"

#include "base/error.h"
#include "base/text.h"
#include "features/conversations/store.h"

namespace xentree {

namespace store = conversations_store;

namespace {

constexpr std::size_t longest_title = 200;
// What of a conversation a provider is given; its own context window may be smaller.
constexpr std::size_t most_turns = 200;
constexpr std::size_t most_history_bytes = 400'000;
// Text in a page of messages, so that no page holds up its I/O thread; a message is at most 800,000 bytes.
constexpr std::size_t most_page_bytes = 1024 * 1024;

// One line, of the message's first words.
std::string title_of(std::string_view message) {
    const std::string line = without_control_characters(first_code_points(trim(message), longest_title));
    return std::string(trim(line));
}

// From the beginning of a character on.
std::string last_bytes(const std::string& text, std::size_t limit) {
    std::size_t start = text.size() - limit;
    while (start < text.size() && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80)
        ++start;
    return text.substr(start);
}

// Of a newest turn that is too heavy the end is kept, with room for what it answers.
void shorten_newest(std::vector<ChatMessage>& turns) {
    if (turns.empty() || turns.back().content.size() <= most_history_bytes)
        return;
    const std::size_t answered = turns.size() > 1 ? turns[turns.size() - 2].content.size() : 0;
    const std::size_t room = std::min(answered, most_history_bytes / 2);
    turns.back().content = last_bytes(turns.back().content, most_history_bytes - room);
}

// The newest turns that are together no longer than providers take.
std::vector<ChatMessage> cut_history(std::vector<ChatMessage> turns) {
    shorten_newest(turns);
    std::size_t bytes = 0;
    std::size_t kept = 0;
    while (kept < turns.size()) {
        bytes += turns[turns.size() - 1 - kept].content.size();
        if (bytes > most_history_bytes)
            break;
        ++kept;
    }
    turns.erase(turns.begin(), turns.end() - static_cast<std::ptrdiff_t>(kept));
    return turns;
}

// How many of the messages a page takes: one at least.
std::size_t count_that_fits(const std::vector<store::StoredMessage>& messages) {
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (; count < messages.size(); ++count) {
        bytes += messages[count].message.content.size();
        if (bytes > most_page_bytes)
            break;
    }
    return std::max<std::size_t>(count, 1);
}

} // namespace

Task<ConversationResponse> Conversations::create(Caller caller, ConversationCreateRequest request) {
    if (!parts_.routing.is_known(request.provider))
        throw ApiError::absent("provider");
    co_return co_await parts_.database.write([&](Writer& db) {
        return parts_.idempotency.once<ConversationResponse>(db, caller, caller.identity(), [&] {
            const Instant now = parts_.clock.now();
            ConversationResponse conversation{ConversationId::make(now),
                                              request.title.value_or(""),
                                              request.provider,
                                              0,
                                              std::nullopt,
                                              now,
                                              now};
            if (!store::insert(db, caller.user, conversation))
                throw ApiError(credential_ended(caller));
            return conversation;
        });
    });
}

Task<Page<ConversationResponse>> Conversations::list(UserId owner, PageRequest page) {
    auto found = co_await parts_.database.read([&](Reader& db) { return store::list(db, owner, page); });
    co_return make_page(std::move(found), page, store::position_of);
}

Task<ConversationResponse> Conversations::find(UserId owner, ConversationId id) {
    auto found = co_await parts_.database.read([&](Reader& db) { return store::find(db, owner, id); });
    if (!found)
        throw ApiError::absent("conversation");
    co_return std::move(*found);
}

Task<ConversationResponse> Conversations::update(UserId owner, ConversationId id,
                                                 ConversationUpdateRequest changes) {
    if (!changes.title)
        co_return co_await find(owner, id);
    co_return co_await parts_.database.write([&](Writer& db) {
        auto conversation = store::find(db, owner, id);
        if (!conversation)
            throw ApiError::absent("conversation");
        if (conversation->title == *changes.title)
            return *conversation;
        conversation->title = *changes.title;
        conversation->updated_at = parts_.clock.now();
        store::rename(db, owner, *conversation);
        return *conversation;
    });
}

Task<void> Conversations::remove(UserId owner, ConversationId id) {
    const bool erased =
        co_await parts_.database.write([&](Writer& db) { return store::erase(db, owner, id); });
    if (!erased)
        throw ApiError::absent("conversation");
}

Task<Page<MessageResponse>> Conversations::messages(UserId owner, ConversationId id, PageRequest page) {
    struct Found {
        bool exists = false;
        std::vector<store::StoredMessage> messages;
    };
    auto found = co_await parts_.database.read([&](Reader& db) {
        Found found{store::find(db, owner, id).has_value(), {}};
        if (found.exists)
            found.messages = store::list_messages(db, owner, id, page, most_page_bytes);
        return found;
    });
    if (!found.exists)
        throw ApiError::absent("conversation");
    PageRequest kept = page;
    kept.limit = std::min(page.limit, count_that_fits(found.messages));
    auto stored = make_page(std::move(found.messages), kept,
                            [](const store::StoredMessage& message) { return std::tuple(message.position); });
    Page<MessageResponse> answer;
    answer.next = std::move(stored.next);
    for (auto& item : stored.items)
        answer.items.push_back(std::move(item.message));
    co_return answer;
}

Task<History> Conversations::begin_turn(UserId owner, ConversationId id, std::string message, Also also) {
    auto history = co_await parts_.database.write([&](Writer& db) {
        const Instant now = parts_.clock.now();
        const MessageResponse stored{MessageId::make(now),
                                     id,
                                     ChatRole::user,
                                     message,
                                     std::nullopt,
                                     std::nullopt,
                                     std::nullopt,
                                     {},
                                     now};
        if (!store::append(db, owner, stored, title_of(message)))
            throw ApiError::absent("conversation");
        // Read after it, which holds the conversation: turns and count are of one moment.
        auto turns =
            store::recent_turns(db, owner, id, {most_turns + 1, message.size() + most_history_bytes});
        turns.pop_back();
        const auto count = static_cast<std::size_t>(store::find(db, owner, id).value().message_count) - 1;
        if (also)
            also(db);
        return History{std::move(turns), count};
    });
    history.turns = cut_history(std::move(history.turns));
    history.turns_before -= history.turns.size();
    co_return history;
}

Task<MessageId> Conversations::finish_turn(UserId owner, ChatResponse answer, Also also) {
    co_return co_await parts_.database.write([&](Writer& db) {
        const Instant now = parts_.clock.now();
        const MessageResponse stored{MessageId::make(now), *answer.conversation_id, ChatRole::assistant,
                                     answer.content,       answer.provider,         answer.model,
                                     answer.usage,         answer.citations,        now};
        if (!store::append(db, owner, stored, "")) // deleted meanwhile
            throw ApiError::absent("conversation");
        if (also)
            also(db);
        return stored.id;
    });
}

} // namespace xentree
