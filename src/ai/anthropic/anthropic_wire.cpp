#include "ai/anthropic/anthropic_wire.h"

#include "ai/remote/json.h"
#include "ai/remote/turns.h"

namespace xentree {
namespace {

using namespace remote;

// Within an answer an error has a type, and no status.
Failure failure_of_error(const json::object& answer) {
    const json::object* error = object_member(answer, "error");
    const std::string type = error ? string_member(*error, "type") : std::string();
    for (const auto& [name, status] :
         {std::pair("invalid_request_error", 400), std::pair("authentication_error", 401),
          std::pair("billing_error", 402), std::pair("permission_error", 403),
          std::pair("not_found_error", 404), std::pair("request_too_large", 413),
          std::pair("rate_limit_error", 429), std::pair("timeout_error", 504),
          std::pair("overloaded_error", 529)})
        if (type == name)
            return failure_of_status(status);
    return failure_of_status(500);
}

// Tokens that were read from or written to the provider's cache are not among input_tokens.
TokenCounts counts_of(const json::object& object) {
    const json::object* usage = object_member(object, "usage");
    if (!usage)
        return {};
    TokenCounts counts{count_member(*usage, "input_tokens"), count_member(*usage, "output_tokens"), {}};
    for (const char* name : {"cache_creation_input_tokens", "cache_read_input_tokens"})
        if (counts.prompt)
            *counts.prompt += count_member(*usage, name).value_or(0);
    return counts;
}

std::string text_of_block(const json::object& block) {
    return string_member(block, "type") == "text" ? text_member(block, "text") : std::string();
}

bool has_stopped(const json::object& object) {
    const std::string reason = string_member(object, "stop_reason");
    if (reason == "refusal")
        throw declined();
    return !reason.empty();
}

ChatOutput output_of_delta(const json::object& event) {
    ChatOutput output;
    const json::object* delta = object_member(event, "delta");
    if (delta && string_member(*delta, "type") == "text_delta")
        output.text = text_member(*delta, "text");
    return output;
}

} // namespace

Headers AnthropicWire::headers(const std::string& api_key) const {
    Headers headers{{"anthropic-version", "2023-06-01"}};
    if (!api_key.empty())
        headers.emplace_back("x-api-key", api_key);
    return headers;
}

WireRequest AnthropicWire::request(const ChatPrompt& prompt) const {
    const InstructedTurns parts = instructed_turns(prompt);
    json::array messages;
    for (const ChatMessage& turn : parts.turns)
        messages.push_back(json::object{{"role", turn.role == ChatRole::user ? "user" : "assistant"},
                                        {"content", turn.content}});
    json::object request;
    request["model"] = prompt.model;
    request["max_tokens"] = max_tokens_;
    if (!parts.instruction.empty())
        request["system"] = parts.instruction;
    request["messages"] = std::move(messages);
    request["stream"] = prompt.stream;
    return {"/messages", json::serialize(request)};
}

ChatOutput AnthropicWire::read_whole(std::string_view text) const {
    const auto message = parse_object(text);
    if (!message)
        throw unreadable();
    if (string_member(*message, "type") == "error")
        throw failure_of_error(*message);
    const json::array* content = array_member(*message, "content");
    if (!content)
        throw unreadable();
    ChatOutput output{.text = {}, .model = model_member(*message, "model"), .counts = counts_of(*message)};
    for (const json::value& block : *content)
        if (const json::object* object = block.if_object())
            output.text += text_of_block(*object);
    output.is_finished = has_stopped(*message);
    return output;
}

ChatOutput AnthropicWire::read_event(const SseEvent& event) const {
    const auto data = parse_object(event.data);
    if (!data)
        throw unreadable();
    const std::string type = string_member(*data, "type");
    if (type == "error" || event.type == "error")
        throw failure_of_error(*data);
    ChatOutput output;
    if (type == "message_start") {
        if (const json::object* message = object_member(*data, "message"))
            output = {.text = {}, .model = model_member(*message, "model"), .counts = counts_of(*message)};
    } else if (type == "content_block_start") {
        if (const json::object* block = object_member(*data, "content_block"))
            output.text = text_of_block(*block);
    } else if (type == "content_block_delta") {
        output = output_of_delta(*data);
    } else if (type == "message_delta") {
        output.counts = counts_of(*data);
        const json::object* delta = object_member(*data, "delta");
        output.is_finished = delta && has_stopped(*delta);
    } else if (type == "message_stop") {
        output.is_finished = output.is_done = true;
    } else if (type.empty()) {
        throw unreadable();
    } // a ping, or what is not known yet, says nothing
    return output;
}

} // namespace xentree
