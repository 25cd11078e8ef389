#include "ai/remote/json.h"

#include <limits>

#include "ai/remote/wtf8.h"
#include "base/text.h"

namespace xentree::remote {
namespace {

// Of the contract.
constexpr std::size_t model_limit = 128; // code points
constexpr std::int64_t count_limit = std::numeric_limits<std::int32_t>::max();

bool is_plain_word(std::string_view word) {
    const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !word.empty() && word.size() <= 64 && std::all_of(word.begin(), word.end(), is_plain);
}

std::optional<json::value> parse(std::string_view text) {
    boost::system::error_code error;
    json::parse_options options;
    options.allow_invalid_utf8 = true;
    json::value value = json::parse(unescape_lone_surrogates(text), error, {}, options);
    return error ? std::nullopt : std::optional(std::move(value));
}

} // namespace

std::optional<json::object> parse_object(std::string_view text) {
    auto value = parse(text);
    if (!value || !value->is_object())
        return std::nullopt;
    return std::move(value->get_object());
}

const json::object* object_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value ? value->if_object() : nullptr;
}

const json::array* array_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value ? value->if_array() : nullptr;
}

const json::object* first_member(const json::object& object, std::string_view name) {
    const json::array* array = array_member(object, name);
    return array && !array->empty() ? array->front().if_object() : nullptr;
}

std::string string_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string text_member(const json::object& object, std::string_view name) {
    std::string text = string_member(object, name);
    std::erase(text, '\0');
    return text;
}

std::string model_member(const json::object& object, std::string_view name) {
    Utf8Joiner joiner;
    std::string model = joiner.take(text_member(object, name));
    model += joiner.finish();
    return std::string(first_code_points(model, model_limit));
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

// Older servers of vLLM have it at the top, some tell no more than a message, and Gemini has it in an array
// where it was to answer with one.
json::object error_of(std::string_view text) {
    auto answer = parse(text);
    if (answer && answer->is_array() && !answer->get_array().empty())
        answer = json::value(answer->get_array().front());
    if (!answer || !answer->is_object())
        return {};
    const json::object& object = answer->get_object();
    if (std::string message = string_member(object, "error"); !message.empty())
        return {{"message", std::move(message)}};
    const json::object* error = object_member(object, "error");
    return error ? *error : object;
}

int error_status(std::string_view text) {
    const auto code = count_member(error_of(text), "code").value_or(0);
    return code >= 400 && code < 600 ? static_cast<int>(code) : 500;
}

std::string error_word(std::string_view text) {
    const json::object error = error_of(text);
    for (const char* name : {"code", "type", "status"})
        if (std::string word = string_member(error, name); is_plain_word(word))
            return word;
    return {};
}

} // namespace xentree::remote
