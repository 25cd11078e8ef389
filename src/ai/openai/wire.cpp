#include "ai/openai/wire.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <limits>

#include "ai/openai/wtf8.h"
#include "base/text.h"

namespace xentree::openai {
namespace {

namespace json = boost::json;

// Of the contract.
constexpr std::size_t model_limit = 128; // code points
constexpr std::int64_t count_limit = std::numeric_limits<std::int32_t>::max();

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
    json::parse_options options;
    options.allow_invalid_utf8 = true;
    json::value value = json::parse(unescape_lone_surrogates(text), error, {}, options);
    if (error || !value.is_object())
        return std::nullopt;
    return std::move(value.get_object());
}

// PostgreSQL keeps none in a text.
std::string without_nul(std::string text) {
    std::erase(text, '\0');
    return text;
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
    if (error || count < 0 || count > count_limit)
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
    const auto told = count_member(usage->get_object(), "total_tokens");
    const auto total = told.value_or(*prompt + *completion);
    return total <= count_limit ? std::optional(TokenUsage{*prompt, *completion, total}) : std::nullopt;
}

// A model that declines may say so in `refusal` and leave `content` null.
std::string text_of(const json::object& message) {
    std::string text = string_member(message, "content");
    return without_nul(text.empty() ? string_member(message, "refusal") : std::move(text));
}

std::string model_of(const json::object& output) {
    Utf8Joiner joiner;
    std::string model = joiner.take(without_nul(string_member(output, "model")));
    model += joiner.finish();
    return std::string(first_code_points(model, model_limit));
}

const json::object* object_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value ? value->if_object() : nullptr;
}

const json::object* first_choice(const json::object& output) {
    const json::value* choices = output.if_contains("choices");
    if (!choices || !choices->is_array() || choices->get_array().empty())
        return nullptr;
    return choices->get_array().front().if_object();
}

bool reports_error(const json::object& output) {
    const json::value* error = output.if_contains("error");
    return error && !error->is_null();
}

ChatOutput output_of(const json::object& output, std::string_view message_member) {
    ChatOutput told{{}, model_of(output), parse_usage(output)};
    const json::object* choice = first_choice(output);
    if (!choice)
        return told;
    if (const json::object* message = object_member(*choice, message_member))
        told.text = text_of(*message);
    told.is_finished = !string_member(*choice, "finish_reason").empty();
    return told;
}

std::vector<ChatMessage> alternating(const std::vector<ChatMessage>& turns) {
    std::vector<ChatMessage> joined;
    bool is_asked = false;
    for (const ChatMessage& turn : turns) {
        is_asked = is_asked || (turn.role == ChatRole::user && !turn.content.empty());
        if (turn.content.empty() || (turn.role == ChatRole::assistant && !is_asked))
            continue;
        if (turn.role != ChatRole::system && !joined.empty() && joined.back().role == turn.role)
            joined.back().content += "\n\n" + turn.content;
        else
            joined.push_back(turn);
    }
    return joined;
}

// Older servers of vLLM have it at the top, and some tell no more than a message.
json::object error_of(std::string_view text) {
    const auto output = parse_object(text);
    if (!output)
        return {};
    if (std::string message = string_member(*output, "error"); !message.empty())
        return {{"message", std::move(message)}};
    const json::object* error = object_member(*output, "error");
    return error ? *error : *output;
}

} // namespace

std::string chat_request(const ChatPrompt& prompt, bool with_usage) {
    json::array messages;
    if (prompt.language)
        messages.push_back(
            message("system", fmt::format("Answer in the language that the BCP 47 tag \"{}\" names.",
                                          *prompt.language)));
    for (const ChatMessage& turn : alternating(prompt.turns))
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
    const json::object* choice = first_choice(*output);
    if (!choice || !object_member(*choice, "message"))
        return std::nullopt;
    return output_of(*output, "message");
}

std::optional<ChatOutput> parse_chunk(std::string_view text) {
    const auto output = parse_object(text);
    if (!output || reports_error(*output))
        return std::nullopt;
    return output_of(*output, "delta");
}

std::string error_word(std::string_view text) {
    const json::object error = error_of(text);
    std::string word = string_member(error, "code");
    if (word.empty())
        word = string_member(error, "type");
    const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return word.size() <= 64 && std::all_of(word.begin(), word.end(), is_plain) ? word : std::string();
}

// A message may echo what the caller said, hence only where the error names no member.
bool refuses_member(std::string_view text, std::string_view member) {
    const json::object error = error_of(text);
    const std::string named = string_member(error, "param");
    if (!named.empty())
        return named == member || named.starts_with(std::string(member) + '.');
    return string_member(error, "message").find(member) != std::string::npos;
}

} // namespace xentree::openai
