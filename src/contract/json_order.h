#pragma once
#include <boost/json.hpp>

#include <compare>

namespace xentree {

// The value of numbers: 1, 1u and 1.0 are equivalent. Both must be numbers.
std::weak_ordering compare_numbers(const boost::json::value& left, const boost::json::value& right);

// A total order of JSON values whose equivalence is the equality of JSON Schema (2020-12 core, 4.2.2):
// numbers by their value, arrays by their items in order, objects by their members in any order.
std::weak_ordering compare(const boost::json::value& left, const boost::json::value& right);

} // namespace xentree
