#pragma once
#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Reading the JSON of model servers, which may leave out, or put to null, whatever it likes.
namespace xentree::remote {

namespace json = boost::json;

// Its texts are WTF-8. Nothing where it is no object.
std::optional<json::object> parse_object(std::string_view text);

// Nothing (or empty) where the member is missing or of another kind.
const json::object* object_member(const json::object& object, std::string_view name);
const json::array* array_member(const json::object& object, std::string_view name);
// The first of an array of objects.
const json::object* first_member(const json::object& object, std::string_view name);
std::string string_member(const json::object& object, std::string_view name);
// Without NUL, of which PostgreSQL keeps none in a text.
std::string text_member(const json::object& object, std::string_view name);
// A model's name in UTF-8, within the contract's length.
std::string model_member(const json::object& object, std::string_view name);
// Within the contract's range of a count of tokens.
std::optional<std::int64_t> count_member(const json::object& object, std::string_view name);

// What an error answer tells: its member `error`, be that an object or a message, or else all of it.
json::object error_of(std::string_view text);
// The HTTP status that an error within an answer has as its code; 500 where it has none.
int error_status(std::string_view text);
// The code, type or status of an error answer for the log, only where it is a short plain word; else empty.
std::string error_word(std::string_view text);

} // namespace xentree::remote
