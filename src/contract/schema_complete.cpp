#include "base/text.h"
#include "contract/schema_walk.h"

namespace xentree {
namespace json = boost::json;

namespace {

void complete_number(const SchemaNode& node, json::value& value) {
    if ((node.types & json_types::number) || !value.is_double())
        return;
    boost::system::error_code error;
    if (const auto whole = value.to_number<std::int64_t>(error); !error)
        value = whole;
}

void complete_object(const SchemaProgram& program, const ObjectRules& rules, json::object& object) {
    if (rules.others) {
        for (auto& [name, value] : object) {
            if (std::ranges::find(rules.properties, std::string_view(name), &ObjectRules::Property::name) ==
                rules.properties.end())
                complete(program, *rules.others, value);
        }
    }
    for (const auto& property : rules.properties) {
        if (auto* value = object.if_contains(property.name)) {
            if (property.node)
                complete(program, *property.node, *value);
        } else if (property.default_value) {
            object.emplace(property.name, *property.default_value);
        }
    }
}

// The branch that the value is valid in.
std::size_t find_branch(const SchemaProgram& program, const SchemaNode& node, const json::value& value) {
    if (node.discriminator) {
        const auto& name = value.get_object().at(node.discriminator->property).get_string();
        return node.discriminator->branches.find(std::string_view(name))->second;
    }
    SchemaWalk asking(program, nullptr);
    return *std::ranges::find_if(node.one_of,
                                 [&](std::size_t branch) { return asking.check(branch, value, nullptr); });
}

} // namespace

void complete(const SchemaProgram& program, std::size_t index, json::value& value) {
    const SchemaNode& node = program.nodes[index];
    if (!node.changes)
        return;
    // First of all: what is changed below may no longer look like one branch only.
    if (!node.one_of.empty())
        complete(program, find_branch(program, node, value), value);
    for (const std::size_t part : node.all_of)
        complete(program, part, value);

    if (value.is_double()) {
        complete_number(node, value);
    } else if (auto* text = value.if_string(); text && node.string && node.string->trimmed) {
        const std::string_view inner = trim(*text);
        if (inner.size() != text->size())
            *text = json::string(inner);
    } else if (auto* array = value.if_array(); array && node.array && node.array->items) {
        for (auto& item : *array)
            complete(program, *node.array->items, item);
    } else if (auto* object = value.if_object(); object && node.object) {
        complete_object(program, *node.object, *object);
    }
}

} // namespace xentree
