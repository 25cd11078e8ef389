#pragma once
#include <boost/json.hpp>

#include <set>
#include <string>
#include <string_view>

namespace xentree {

// What a reference of the form #/components/schemas/NAME (RFC 6901 as a URI fragment) leads to in the
// document; null where it leads nowhere.
const boost::json::value* find_reference(const boost::json::object& document, std::string_view reference);

// The references that stand in the value at any depth: `$ref`s and the mapping of a discriminator.
std::set<std::string> references_in(const boost::json::value& value);

// A member's name as a part of a JSON Pointer.
std::string pointer_part(std::string_view name);

} // namespace xentree
