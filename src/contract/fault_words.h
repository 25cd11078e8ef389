#pragma once
#include <span>
#include <string>
#include <string_view>

#include "contract/schema_program.h"

namespace xentree {

// The sentences of faults: predicates without the field's name, at most 500 characters.

// "must have 1 to 100 characters"; empty where there are no bounds. `unit` is one and several: "character",
// "characters".
struct Unit {
    std::string_view one;
    std::string_view several;
};
std::string size_fault(const SizeBounds& bounds, Unit unit);

// "must be an integer from 1 to 100"
std::string number_fault(const NumberRules& rules, bool integer);

// "must be a string or null"; a number is described by its bounds where there are any.
std::string type_fault(JsonTypes types, const NumberRules* rules);

// "must be one of a, b"
std::string allowed_fault(std::span<const boost::json::value> values);

std::string pattern_fault(std::string_view pattern);

} // namespace xentree
