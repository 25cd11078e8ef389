#include "contract/json_order.h"

namespace xentree {
namespace json = boost::json;

namespace {

// The mantissa of x87 and of quad precision holds each int64, uint64 and double.
static_assert(std::numeric_limits<long double>::digits >= 64);
long double number(const json::value& value) {
    if (value.is_int64())
        return static_cast<long double>(value.get_int64());
    if (value.is_uint64())
        return static_cast<long double>(value.get_uint64());
    return value.get_double();
}

int rank(const json::value& value) {
    switch (value.kind()) {
    case json::kind::null:
        return 0;
    case json::kind::bool_:
        return 1;
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
        return 2;
    case json::kind::string:
        return 3;
    case json::kind::array:
        return 4;
    case json::kind::object:
        return 5;
    }
    return 0;
}

std::weak_ordering compare_arrays(const json::array& left, const json::array& right) {
    if (const auto order = left.size() <=> right.size(); order != 0)
        return order;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (const auto order = compare(left[i], right[i]); order != 0)
            return order;
    }
    return std::weak_ordering::equivalent;
}

std::vector<const json::key_value_pair*> sorted_members(const json::object& object) {
    std::vector<const json::key_value_pair*> members;
    members.reserve(object.size());
    for (const auto& member : object)
        members.push_back(&member);
    std::ranges::sort(members, {}, [](const json::key_value_pair* member) { return member->key(); });
    return members;
}

std::weak_ordering compare_text(std::string_view left, std::string_view right) {
    return left <=> right;
}

std::weak_ordering compare_objects(const json::object& left, const json::object& right) {
    if (const auto order = left.size() <=> right.size(); order != 0)
        return order;
    const auto lefts = sorted_members(left);
    const auto rights = sorted_members(right);
    for (std::size_t i = 0; i < lefts.size(); ++i) {
        if (const auto order = compare_text(lefts[i]->key(), rights[i]->key()); order != 0)
            return order;
        if (const auto order = compare(lefts[i]->value(), rights[i]->value()); order != 0)
            return order;
    }
    return std::weak_ordering::equivalent;
}

} // namespace

std::weak_ordering compare_numbers(const json::value& left, const json::value& right) {
    if (left.is_int64() && right.is_int64())
        return left.get_int64() <=> right.get_int64();
    // JSON has no NaN.
    return std::weak_order(number(left), number(right));
}

std::weak_ordering compare(const json::value& left, const json::value& right) {
    const int left_rank = rank(left);
    if (const auto order = left_rank <=> rank(right); order != 0)
        return order;
    switch (left_rank) {
    case 1:
        return left.get_bool() <=> right.get_bool();
    case 2:
        return compare_numbers(left, right);
    case 3:
        return compare_text(left.get_string(), right.get_string());
    case 4:
        return compare_arrays(left.get_array(), right.get_array());
    case 5:
        return compare_objects(left.get_object(), right.get_object());
    default:
        return std::weak_ordering::equivalent;
    }
}

} // namespace xentree
