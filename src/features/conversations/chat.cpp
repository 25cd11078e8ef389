#include "features/conversations/chat.h"

#include <algorithm>

#include "base/error.h"
#include "http/wire.h"

namespace xentree {

namespace {

template<class T>
std::optional<T> as_optional(const Omittable<T>& member) {
    return member ? std::optional(*member) : std::nullopt;
}

std::vector<ChatMessage> as_messages(std::vector<ChatTurn> turns) {
    std::vector<ChatMessage> messages;
    messages.reserve(turns.size());
    for (auto& turn : turns)
        messages.push_back({turn.role, std::move(turn.content)});
    return messages;
}

bool may_ask_outside(const ChatRoute& route, const ChatRouting& routing) {
    return std::any_of(
        route.candidates.begin(), route.candidates.end(),
        [&](const ChatRoute::Candidate& each) { return routing.is_outside(each.provider->id()); });
}

} // namespace

void check_chat_request(const boost::json::object& body, std::vector<Fault>& faults) {
    const auto* history = body.if_contains("conversation_history");
    const auto* turns = history ? history->if_array() : nullptr;
    if (body.contains("conversation_id") && turns && !turns->empty())
        faults.push_back({"/conversation_history", "must be empty with conversation_id"});
}

// Passes an answer on, piece by piece.
class Chat::Stream final : public EventSource {
  public:
    Stream(Chat& chat, Turn turn) : chat_(chat), turn_(std::move(turn)) {}

    Task<void> run(EventSink& sink) override {
        std::optional<std::string> piece = std::move(turn_.reply.first);
        while (piece) {
            turn_.answer.content += *piece;
            boost::json::value delta = boost::json::object{{"content", *piece}};
            co_await sink.send("delta", std::move(delta));
            piece = co_await turn_.reply.rest->next();
        }
        const ChatResponse done = co_await chat_.finish(turn_);
        co_await sink.send("done", to_json(done));
    }

  private:
    Chat& chat_;
    Turn turn_;
};

Task<std::variant<ChatResponse, EventStream>> Chat::answer(Caller caller, ChatRequest request) {
    if (request.use_knowledge)
        require_scope(caller, "rag:read");
    const bool stream = request.stream;
    Turn turn = co_await begin(std::move(caller), std::move(request));
    if (stream)
        co_return std::make_unique<Stream>(*this, std::move(turn));
    co_return co_await finish(turn);
}

Task<Chat::Turn> Chat::begin(Caller caller, ChatRequest request) {
    std::string provider = request.provider.value_or("auto");
    if (request.conversation_id) {
        const auto conversation = co_await conversations_.find(caller.user, *request.conversation_id);
        if (!request.provider)
            provider = conversation.provider;
    }
    ChatRoute route = routing_.resolve(provider, as_optional(request.model));

    Turn turn{caller.user, {}, {}, {}};
    turn.answer.provider = std::move(provider);
    turn.answer.conversation_id = as_optional(request.conversation_id);
    if (may_ask_outside(route, routing_))
        turn.call.emplace(ai_usage_.call(caller));
    ChatPrompt prompt = co_await take_turn(turn, std::move(request));
    co_await ask(turn, std::move(route), std::move(prompt));
    co_return turn;
}

// Stores the message where there is a conversation, in one step with the reservation of the AI call.
Task<ChatPrompt> Chat::take_turn(Turn& turn, ChatRequest request) {
    ChatPrompt prompt;
    prompt.stream = request.stream;
    prompt.language = as_optional(request.user_language);
    if (request.conversation_id) {
        Conversations::Also reserve;
        if (turn.call)
            reserve = [&turn](Writer& db) { turn.call->reserve(db); };
        History history = co_await conversations_.begin_turn(turn.owner, *request.conversation_id,
                                                             request.message, std::move(reserve));
        prompt.turns = std::move(history.turns);
        prompt.turns_before = history.turns_before;
    } else {
        if (turn.call)
            co_await turn.call->reserve();
        prompt.turns = as_messages(std::move(request.conversation_history));
    }
    prompt.turns.push_back({ChatRole::user, std::move(request.message)});
    co_return prompt;
}

// Returns when the answer has begun; where no stream is wanted, when it is whole.
Task<void> Chat::ask(Turn& turn, ChatRoute route, ChatPrompt prompt) {
    const bool stream = prompt.stream;
    std::exception_ptr failure;
    try {
        turn.reply = co_await routing_.ask(std::move(route), std::move(prompt));
        while (!stream && turn.reply.first) {
            turn.answer.content += *turn.reply.first;
            turn.reply.first = co_await turn.reply.rest->next();
        }
    } catch (...) {
        failure = std::current_exception();
    }
    const bool was_outside = !failure && routing_.is_outside(turn.reply.provider);
    if (turn.call && was_outside)
        turn.call->begin(turn.reply.provider, turn.reply.rest->model());
    if (turn.call && !was_outside) {
        co_await turn.call->give_back();
        turn.call.reset();
    }
    if (failure)
        std::rethrow_exception(failure);
}

Task<ChatResponse> Chat::finish(Turn& turn) {
    turn.answer.model = turn.reply.rest->model();
    turn.answer.usage = turn.reply.rest->usage();
    if (turn.answer.conversation_id) {
        Conversations::Also count;
        if (turn.call)
            count = [&turn](Writer& db) { turn.call->count(db, turn.answer.usage); };
        turn.answer.message_id =
            co_await conversations_.finish_turn(turn.owner, turn.answer, std::move(count));
        if (turn.call)
            turn.call->counted();
    } else if (turn.call) {
        co_await turn.call->count(turn.answer.usage);
    }
    co_return turn.answer;
}

std::vector<AIProvider> Chat::providers() const {
    std::vector<AIProvider> providers;
    for (auto& entry : routing_.list()) {
        AIProvider provider{std::move(entry.id),
                            std::move(entry.name),
                            {},
                            std::move(entry.default_model),
                            entry.is_available,
                            std::move(entry.unavailable_reason),
                            std::move(entry.capabilities)};
        for (auto& model : entry.models)
            provider.models.push_back({std::move(model.id), std::move(model.name), model.context_tokens});
        providers.push_back(std::move(provider));
    }
    return providers;
}

} // namespace xentree
