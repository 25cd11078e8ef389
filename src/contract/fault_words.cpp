#include "contract/fault_words.h"

#include "base/text.h"

namespace xentree {
namespace json = boost::json;

namespace {

constexpr std::size_t longest = 500;

std::string cut(std::string text) {
    if (count_code_points(text) <= longest)
        return text;
    return std::string(first_code_points(text, longest - 3)) + "...";
}

std::string range(const NumberRules& rules) {
    if (rules.least && rules.most)
        return " from " + json::serialize(*rules.least) + " to " + json::serialize(*rules.most);
    if (rules.least)
        return " of at least " + json::serialize(*rules.least);
    if (rules.most)
        return " of at most " + json::serialize(*rules.most);
    return "";
}

std::string number_words(const NumberRules* rules, bool integer) {
    return (integer ? "an integer" : "a number") + (rules ? range(*rules) : "");
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0)
            text += i + 1 == words.size() ? " or " : ", ";
        text += words[i];
    }
    return text;
}

std::string plain(const json::value& value) {
    if (const auto* text = value.if_string(); text && !text->empty())
        return std::string(*text);
    return json::serialize(value);
}

} // namespace

std::string size_fault(const SizeBounds& bounds, Unit unit) {
    const bool bounded = bounds.most != no_limit;
    if (bounds.least == 0 && !bounded)
        return "";
    const auto counted = [unit](std::size_t count) {
        return fmt::format("{} {}", count, count == 1 ? unit.one : unit.several);
    };
    if (!bounded)
        return "must have at least " + counted(bounds.least);
    if (bounds.least == 0)
        return "must have at most " + counted(bounds.most);
    if (bounds.least == bounds.most)
        return "must have exactly " + counted(bounds.most);
    return fmt::format("must have {} to {}", bounds.least, counted(bounds.most));
}

std::string number_fault(const NumberRules& rules, bool integer) {
    return "must be " + number_words(&rules, integer);
}

std::string type_fault(JsonTypes types, const NumberRules* rules) {
    std::vector<std::string> words;
    if (types & json_types::string)
        words.emplace_back("a string");
    if (types & json_types::number)
        words.push_back(number_words(rules, false));
    else if (types & json_types::integer)
        words.push_back(number_words(rules, true));
    if (types & json_types::boolean)
        words.emplace_back("true or false");
    if (types & json_types::array)
        words.emplace_back("an array");
    if (types & json_types::object)
        words.emplace_back("an object");
    if (types & json_types::null)
        words.emplace_back("null");
    return "must be " + joined(words);
}

std::string allowed_fault(std::span<const json::value> values) {
    if (values.size() == 1)
        return cut("must be " + plain(values[0]));
    std::string text = "must be one of ";
    for (const auto& value : values) {
        if (&value != values.data())
            text += ", ";
        text += plain(value);
    }
    return cut(std::move(text));
}

std::string pattern_fault(std::string_view pattern) {
    return cut(fmt::format("must match the pattern {}", pattern));
}

} // namespace xentree
