#include "features/conversations/operations.h"

namespace xentree {

namespace {

// The list is short and the same for everybody: its position is the index.
Page<AIProvider> page_of(std::vector<AIProvider> providers, const PageRequest& request) {
    const auto after = request.after<std::size_t>();
    const std::size_t begin = after ? std::min(std::get<0>(*after), providers.size()) : 0;
    providers.erase(providers.begin(), providers.begin() + static_cast<std::ptrdiff_t>(begin));
    const std::size_t end = begin + request.limit;
    return make_page(std::move(providers), request, [&](const AIProvider&) { return std::tuple(end); });
}

} // namespace

void answer_conversations(Api& api, Conversations& conversations, Chat& chat) {
    api.on("list_ai_providers", [&](Caller, PageRequest page) -> Task<Page<AIProvider>> {
        co_return page_of(chat.providers(), page);
    });
    api.on(
        "generate_chat_response",
        [&](Caller caller, Body<ChatRequest> body) -> Task<std::variant<ChatResponse, EventStream>> {
            co_return co_await chat.answer(std::move(caller), *std::move(body));
        },
        check_chat_request);
    api.on("list_conversations", [&](Caller caller, PageRequest page) -> Task<Page<ConversationResponse>> {
        co_return co_await conversations.list(caller.user, std::move(page));
    });
    api.on("create_conversation",
           [&](Caller caller, Body<ConversationCreateRequest> body) -> Task<Created<ConversationResponse>> {
               co_return co_await conversations.create(std::move(caller), *std::move(body));
           });
    api.on("get_conversation", [&](Caller caller, Path<ConversationId> id) -> Task<ConversationResponse> {
        co_return co_await conversations.find(caller.user, *id);
    });
    api.on("update_conversation",
           [&](Caller caller, Path<ConversationId> id,
               Body<ConversationUpdateRequest> body) -> Task<ConversationResponse> {
               co_return co_await conversations.update(caller.user, *id, *std::move(body));
           });
    api.on("delete_conversation", [&](Caller caller, Path<ConversationId> id) -> Task<NoContent> {
        co_await conversations.remove(caller.user, *id);
        co_return NoContent{};
    });
    api.on("list_messages",
           [&](Caller caller, Path<ConversationId> id, PageRequest page) -> Task<Page<MessageResponse>> {
               co_return co_await conversations.messages(caller.user, *id, std::move(page));
           });
}

} // namespace xentree
