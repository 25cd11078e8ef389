#include "contract/schema_walk.h"

#include <re2/re2.h>

#include <cmath>
#include <cstring>

#include "base/text.h"
#include "base/time.h"
#include "contract/fault_words.h"
#include "contract/json_order.h"
#include "contract/references.h"

namespace xentree {
namespace json = boost::json;

namespace {

constexpr std::size_t most_faults = 100;
constexpr std::size_t longest_pointer = 300;

std::string pointer(const SchemaWalk::Place* place) {
    if (!place)
        return "";
    return pointer(place->parent) + "/" +
           (place->is_index ? std::to_string(place->index) : pointer_part(place->name));
}

bool has_nul(std::string_view text) {
    return !text.empty() && std::memchr(text.data(), 0, text.size()) != nullptr;
}

bool is_allowed(const SchemaNode& node, const json::value& value) {
    if (const auto* text = value.if_string()) {
        const std::string_view seen =
            node.string && node.string->trimmed ? trim(*text) : std::string_view(*text);
        return std::ranges::any_of(node.allowed, [seen](const json::value& allowed) {
            return allowed.is_string() && std::string_view(allowed.get_string()) == seen;
        });
    }
    return std::ranges::any_of(node.allowed,
                               [&](const json::value& allowed) { return compare(allowed, value) == 0; });
}

bool has_twins(const json::array& array) {
    std::vector<const json::value*> items;
    items.reserve(array.size());
    for (const auto& item : array)
        items.push_back(&item);
    std::ranges::sort(items, [](const auto* left, const auto* right) { return compare(*left, *right) < 0; });
    return std::ranges::adjacent_find(items, [](const auto* left, const auto* right) {
               return compare(*left, *right) == 0;
           }) != items.end();
}

} // namespace

JsonTypes type_of(const json::value& value) {
    switch (value.kind()) {
    case json::kind::null:
        return json_types::null;
    case json::kind::bool_:
        return json_types::boolean;
    case json::kind::int64:
    case json::kind::uint64:
        return json_types::integer;
    case json::kind::double_:
        return std::trunc(value.get_double()) == value.get_double() ? json_types::integer
                                                                    : json_types::number;
    case json::kind::string:
        return json_types::string;
    case json::kind::array:
        return json_types::array;
    case json::kind::object:
        return json_types::object;
    }
    return 0;
}

bool SchemaWalk::check(std::size_t index, const json::value& value, const Place* place) {
    const SchemaNode& node = program_.nodes[index];
    if (node.never)
        return fault(place, "is not allowed");
    const JsonTypes type = type_of(value);
    if (!(node.types & type))
        return fault(place, node.allowed.empty() ? node.type_fault : node.allowed_fault);
    if (!node.allowed.empty() && !is_allowed(node, value))
        return fault(place, node.allowed_fault);

    bool valid = true;
    if (type == json_types::string && node.string) {
        valid = check_string(*node.string, value.get_string(), place);
    } else if ((type & (json_types::integer | json_types::number)) && node.number) {
        const auto& rules = *node.number;
        if ((rules.least && compare_numbers(value, *rules.least) < 0) ||
            (rules.most && compare_numbers(value, *rules.most) > 0))
            valid = fault(place, rules.fault);
    } else if (type == json_types::array && node.array) {
        valid = check_array(*node.array, value.get_array(), place);
    } else if (type == json_types::object && node.object) {
        valid = check_object(*node.object, value.get_object(), place);
    }
    for (const std::size_t part : node.all_of) {
        if (!valid && enough())
            return false;
        valid &= check(part, value, place);
    }
    if (node.one_of.empty() || (!valid && enough()))
        return valid;
    return check_branches(node, value, place) && valid;
}

bool SchemaWalk::check_string(const StringRules& rules, std::string_view text, const Place* place) {
    // Bytes are not text; only a form's file has them.
    if (rules.format == Format::binary)
        return rules.length.hold(text.size()) || fault(place, rules.length.fault);
    if (has_nul(text))
        return fault(place, "must not hold U+0000");
    if (!rules.trimmed)
        return check_text(rules, text, place);
    const std::string_view inner = trim(text);
    if (has_control_character(inner))
        return fault(place, "must not hold control characters");
    return check_text(rules, inner, place);
}

bool SchemaWalk::check_text(const StringRules& rules, std::string_view text, const Place* place) {
    bool valid = true;
    if (!rules.length.fault.empty() && !rules.length.hold(count_code_points(text)))
        valid = fault(place, rules.length.fault);
    if (text.empty() && !valid)
        return false;
    if (rules.pattern && !(!valid && enough()) && !RE2::PartialMatch(text, *rules.pattern))
        valid = fault(place, rules.pattern_fault);
    if (!valid)
        return false;
    if (!has_format(rules.format, text))
        return fault(place, format_fault(rules.format));
    return !rules.time_zone || is_time_zone(text) || fault(place, "is no IANA time zone");
}

bool SchemaWalk::check_array(const ArrayRules& rules, const json::array& array, const Place* place) {
    bool valid = true;
    if (!rules.size.hold(array.size()))
        valid = fault(place, rules.size.fault);
    if (rules.items) {
        for (std::size_t i = 0; i < array.size() && (valid || !enough()); ++i) {
            const Place item{place, {}, i, true};
            valid &= check(*rules.items, array[i], &item);
        }
    }
    // Sorting what is too long or wrong anyway would only cost.
    if (valid && rules.unique && has_twins(array))
        return fault(place, "must not hold the same item twice");
    return valid;
}

bool SchemaWalk::check_object(const ObjectRules& rules, const json::object& object, const Place* place) {
    bool valid = true;
    if (!rules.size.hold(object.size()))
        valid = fault(place, rules.size.fault);
    for (const auto& property : rules.properties) {
        if (!valid && enough())
            return false;
        const Place member{place, property.name};
        if (const auto* value = object.if_contains(property.name)) {
            if (property.node)
                valid &= check(*property.node, *value, &member);
        } else if (property.required) {
            valid = fault(&member, "is required");
        }
    }
    if (rules.closed || rules.others)
        valid &= check_others(rules, object, place);
    return valid;
}

bool SchemaWalk::check_others(const ObjectRules& rules, const json::object& object, const Place* place) {
    bool valid = true;
    for (const auto& [name, value] : object) {
        if (!valid && enough())
            return false;
        const auto property =
            std::ranges::find(rules.properties, std::string_view(name), &ObjectRules::Property::name);
        if (property != rules.properties.end() && property->node)
            continue;
        const Place member{place, name};
        if (rules.closed)
            valid = fault(&member, "is not known");
        else if (has_nul(name))
            valid = fault(place, "must not hold U+0000 in a name");
        else
            valid &= check(*rules.others, value, &member);
    }
    return valid;
}

bool SchemaWalk::check_branches(const SchemaNode& node, const json::value& value, const Place* place) {
    if (node.discriminator)
        return check_discriminated(node, value, place);
    SchemaWalk asking(program_, nullptr);
    const auto fitting = std::ranges::count_if(
        node.one_of, [&](std::size_t branch) { return asking.check(branch, value, nullptr); });
    if (fitting == 1)
        return true;
    if (fitting > 1)
        return fault(place, "must have only one of its possible forms");
    return check_no_branch(node, value, place);
}

bool SchemaWalk::check_no_branch(const SchemaNode& node, const json::value& value, const Place* place) {
    if (!faults_)
        return false;
    const auto types = [this](std::size_t branch) { return program_.nodes[branch].accepted; };
    // A branch that takes null alone can tell nothing about another value.
    std::vector<std::size_t> speaking;
    std::ranges::copy_if(node.one_of, std::back_inserter(speaking),
                         [&](std::size_t branch) { return types(branch) != json_types::null; });
    if (speaking.size() > 1)
        std::erase_if(speaking, [&](std::size_t branch) { return !(types(branch) & type_of(value)); });
    if (speaking.size() == 1)
        return check(speaking.front(), value, place);
    if (speaking.empty() && node.accepted != 0 && !(node.accepted & type_of(value)))
        return fault(place, type_fault(node.accepted, nullptr));
    return fault(place, "must have one of its possible forms");
}

bool SchemaWalk::check_discriminated(const SchemaNode& node, const json::value& value, const Place* place) {
    const auto& discriminator = *node.discriminator;
    const auto* object = value.if_object();
    if (!object)
        return fault(place, type_fault(json_types::object, nullptr));
    const Place member{place, discriminator.property};
    const auto* name = object->if_contains(discriminator.property);
    if (!name)
        return fault(&member, "is required");
    const auto branch = name->is_string() ? discriminator.branches.find(std::string_view(name->get_string()))
                                          : discriminator.branches.end();
    if (branch == discriminator.branches.end())
        return fault(&member, discriminator.fault);
    return check(branch->second, value, place);
}

bool SchemaWalk::fault(const Place* place, std::string_view message) {
    if (!faults_ || faults_->size() >= most_faults)
        return false;
    Fault found{std::string(first_code_points(pointer(place), longest_pointer)), std::string(message)};
    // Two schemas of one value may say the same of it.
    if (std::ranges::find(*faults_, found) == faults_->end())
        faults_->push_back(std::move(found));
    return false;
}

bool SchemaWalk::enough() const {
    return !faults_ || faults_->size() >= most_faults;
}

std::vector<Fault> find_faults(const SchemaProgram& program, std::size_t node, const json::value& instance) {
    std::vector<Fault> faults;
    SchemaWalk(program, &faults).check(node, instance, nullptr);
    return faults;
}

} // namespace xentree
