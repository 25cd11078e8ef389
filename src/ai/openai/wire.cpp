#include "ai/openai/wire.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <limits>

#include "base/text.h"

namespace xentree::openai {
namespace {

namespace json = boost::json;

constexpr std::size_t model_limit = 128; // code points, of the contract

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

std::optional<json::object> parse_object(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (error || !value.is_object())
        return std::nullopt;
    return std::move(value.get_object());
}

std::string string_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<std::int64_t> count_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (!value || !value->is_number())
        return std::nullopt;
    boost::system::error_code error;
    const auto count = value->to_number<std::int64_t>(error);
    if (error || count < 0 || count > std::numeric_limits<std::int32_t>::max())
        return std::nullopt;
    return count;
}

std::optional<TokenUsage> parse_usage(const json::object& output) {
    const json::value* usage = output.if_contains("usage");
    if (!usage || !usage->is_object())
        return std::nullopt;
    const auto prompt = count_member(usage->get_object(), "prompt_tokens");
    const auto completion = count_member(usage->get_object(), "completion_tokens");
    if (!prompt || !completion)
        return std::nullopt;
    const auto total = count_member(usage->get_object(), "total_tokens");
    return TokenUsage{*prompt, *completion, total.value_or(*prompt + *completion)};
}

// A model that declines may say so in `refusal` and leave `content` null.
std::string text_of(const json::object& message) {
    std::string text = string_member(message, "content");
    if (text.empty())
        text = string_member(message, "refusal");
    // PostgreSQL keeps no NUL in a text.
    std::erase(text, '\0');
    return text;
}

const json::object* first_choice(const json::object& output, std::string_view member) {
    const json::value* choices = output.if_contains("choices");
    if (!choices || !choices->is_array() || choices->get_array().empty())
        return nullptr;
    const json::value& choice = choices->get_array().front();
    const json::value* found = choice.is_object() ? choice.get_object().if_contains(member) : nullptr;
    return found ? found->if_object() : nullptr;
}

bool reports_error(const json::object& output) {
    const json::value* error = output.if_contains("error");
    return error && !error->is_null();
}

ChatOutput output_of(const json::object& output, const json::object* message) {
    const std::string model = string_member(output, "model");
    return {message ? text_of(*message) : std::string(), std::string(first_code_points(model, model_limit)),
            parse_usage(output)};
}

} // namespace

std::string chat_request(const ChatPrompt& prompt, bool with_usage) {
    json::array messages;
    if (prompt.language)
        messages.push_back(
            message("system", fmt::format("Answer in the language that the BCP 47 tag \"{}\" names.",
                                          *prompt.language)));
    for (const ChatMessage& turn : prompt.turns)
        messages.push_back(message(role_name(turn.role), turn.content));
    json::object request;
    request["model"] = prompt.model;
    request["messages"] = std::move(messages);
    request["stream"] = prompt.stream;
    if (prompt.stream && with_usage)
        request["stream_options"] = json::object{{"include_usage", true}};
    return json::serialize(request);
}

std::optional<ChatOutput> parse_completion(std::string_view text) {
    const auto output = parse_object(text);
    if (!output || reports_error(*output))
        return std::nullopt;
    const json::object* message = first_choice(*output, "message");
    if (!message)
        return std::nullopt;
    return output_of(*output, message);
}

std::optional<ChatOutput> parse_chunk(std::string_view text) {
    const auto output = parse_object(text);
    if (!output || reports_error(*output))
        return std::nullopt;
    return output_of(*output, first_choice(*output, "delta"));
}

std::string error_word(std::string_view text) {
    const auto output = parse_object(text);
    const json::value* error = output ? output->if_contains("error") : nullptr;
    if (!error || !error->is_object())
        return {};
    std::string word = string_member(error->get_object(), "code");
    if (word.empty())
        word = string_member(error->get_object(), "type");
    const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return word.size() <= 64 && std::all_of(word.begin(), word.end(), is_plain) ? word : std::string();
}

} // namespace xentree::openai
