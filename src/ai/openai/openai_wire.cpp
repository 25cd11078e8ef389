#include "ai/openai/openai_wire.h"

#include "ai/remote/json.h"
#include "ai/remote/turns.h"

namespace xentree {
namespace {

using namespace remote;

std::string_view role_name(ChatRole role) {
    switch (role) {
    case ChatRole::user:
        return "user";
    case ChatRole::assistant:
        return "assistant";
    case ChatRole::system:
        return "system";
    }
    return "user";
}

json::object message(std::string_view role, std::string_view content) {
    return {{"role", role}, {"content", content}};
}

WireRequest chat_request(const ChatPrompt& prompt, bool with_usage) {
    json::array messages;
    if (prompt.language)
        messages.push_back(message("system", language_instruction(*prompt.language)));
    for (const ChatMessage& turn : alternating(prompt.turns))
        messages.push_back(message(role_name(turn.role), turn.content));
    json::object request;
    request["model"] = prompt.model;
    request["messages"] = std::move(messages);
    request["stream"] = prompt.stream;
    if (prompt.stream && with_usage)
        request["stream_options"] = json::object{{"include_usage", true}};
    return {"/chat/completions", json::serialize(request)};
}

TokenCounts counts_of(const json::object& output) {
    const json::object* usage = object_member(output, "usage");
    if (!usage)
        return {};
    return {count_member(*usage, "prompt_tokens"), count_member(*usage, "completion_tokens"),
            count_member(*usage, "total_tokens")};
}

// A model that declines may say so in `refusal` and leave `content` null.
std::string text_of(const json::object& message) {
    std::string text = text_member(message, "content");
    return text.empty() ? text_member(message, "refusal") : text;
}

bool reports_error(const json::object& output) {
    const json::value* error = output.if_contains("error");
    return error && !error->is_null();
}

ChatOutput output_of(const json::object& output, std::string_view message_member) {
    ChatOutput told{.text = {}, .model = model_member(output, "model"), .counts = counts_of(output)};
    const json::object* choice = first_member(output, "choices");
    if (!choice)
        return told;
    if (const json::object* message = object_member(*choice, message_member))
        told.text = text_of(*message);
    const std::string reason = string_member(*choice, "finish_reason");
    if (reason == "content_filter")
        throw declined();
    told.is_finished = !reason.empty();
    return told;
}

// A message may echo what the caller said, hence only where the error names no member.
bool refuses_member(std::string_view text, std::string_view member) {
    const json::object error = error_of(text);
    const std::string named = string_member(error, "param");
    if (!named.empty())
        return named == member || named.starts_with(std::string(member) + '.');
    return string_member(error, "message").find(member) != std::string::npos;
}

} // namespace

Headers OpenAiWire::headers(const std::string& api_key) const {
    if (api_key.empty())
        return {};
    return {{"Authorization", "Bearer " + api_key}};
}

WireRequest OpenAiWire::request(const ChatPrompt& prompt) const {
    return chat_request(prompt, counts_streams_);
}

std::optional<WireRequest> OpenAiWire::plainer_request(const ChatPrompt& prompt, int status,
                                                       std::string_view error) const {
    if (!prompt.stream || status != 400 || !refuses_member(error, "stream_options"))
        return std::nullopt;
    return chat_request(prompt, false);
}

ChatOutput OpenAiWire::read_whole(std::string_view text) const {
    const auto output = parse_object(text);
    if (!output)
        throw unreadable();
    if (reports_error(*output))
        throw failure_of_status(error_status(text));
    const json::object* choice = first_member(*output, "choices");
    if (!choice || !object_member(*choice, "message"))
        throw unreadable();
    return output_of(*output, "message");
}

ChatOutput OpenAiWire::read_event(const SseEvent& event) const {
    if (event.data == "[DONE]")
        return {.text = {}, .model = {}, .counts = {}, .is_finished = true, .is_done = true};
    const auto output = parse_object(event.data);
    if (!output)
        throw unreadable();
    if (reports_error(*output) || event.type == "error")
        throw failure_of_status(error_status(event.data));
    return output_of(*output, "delta");
}

} // namespace xentree
