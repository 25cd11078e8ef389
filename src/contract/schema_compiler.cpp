#include "contract/schema_compiler.h"

#include <re2/re2.h>

#include "contract/node_reader.h"
#include "contract/references.h"

namespace xentree {
namespace json = boost::json;

SchemaCompiler::SchemaCompiler(const json::object& document) : document_(document) {}

std::size_t SchemaCompiler::add(const json::value& schema, const std::string& place) {
    // A reference with nothing but annotations beside it needs no node of its own.
    if (const auto* object = schema.if_object(); object && object->contains("$ref")) {
        const bool alone = std::ranges::all_of(*object, [](const json::key_value_pair& member) {
            return member.key() == "$ref" || NodeReader::is_annotation(member.key());
        });
        if (alone)
            return add_reference(object->at("$ref"), place);
    }
    const std::size_t index = reserve(place);
    fill(index, schema, place);
    return index;
}

void SchemaCompiler::fill(std::size_t index, const json::value& schema, const std::string& place) {
    SchemaNode node;
    if (const auto* object = schema.if_object())
        node = NodeReader(*this, place).read(*object);
    else if (const auto* any = schema.if_bool())
        node.never = !*any;
    else
        fault(place, "a schema is an object or a boolean");
    // Reading may have moved the nodes.
    program_->nodes[index] = std::move(node);
}

std::size_t SchemaCompiler::reserve(const std::string& place) {
    program_->nodes.emplace_back();
    places_.push_back(place);
    return program_->nodes.size() - 1;
}

std::size_t SchemaCompiler::add_reference(const json::value& reference, const std::string& place) {
    const std::string_view name = reference.is_string() ? reference.get_string() : std::string_view("$ref");
    if (const auto known = references_.find(name); known != references_.end())
        return known->second;
    const std::string target_place(name);
    const std::size_t index = reserve(target_place);
    references_.emplace(target_place, index);
    if (const auto* target = find_reference(document_, name))
        fill(index, *target, target_place);
    else
        fault(place, fmt::format("the reference {} leads nowhere", name));
    return index;
}

std::shared_ptr<const re2::RE2> SchemaCompiler::pattern(std::string_view text, const std::string& place) {
    const auto [known, is_new] = patterns_.try_emplace(std::string(text));
    if (is_new) {
        RE2::Options quiet;
        quiet.set_log_errors(false);
        auto pattern = std::make_shared<const RE2>(text, quiet);
        if (!pattern->ok())
            fault(place, fmt::format("the pattern {} is not one of RE2: {}", text, pattern->error()));
        else
            known->second = std::move(pattern);
    }
    return known->second;
}

void SchemaCompiler::fault(const std::string& place, std::string_view message) {
    faults_.insert(fmt::format("{}: {}", place, message));
}

void SchemaCompiler::finish() {
    auto& nodes = program_->nodes;
    std::vector<char> states(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (applies_itself(i, states))
            return fault(places_[i], "the schema applies itself to the same value without end");
    }
    std::vector<char> known(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i)
        accepted(i, known);

    for (auto& node : nodes) {
        if (!node.object)
            continue;
        for (auto& property : node.object->properties) {
            if (property.node)
                property.default_value = nodes[*property.node].default_value;
        }
    }
    for (bool more = true; more;) {
        more = false;
        for (auto& node : nodes) {
            if (!node.changes && changes(node))
                more = node.changes = true;
        }
    }
}

bool SchemaCompiler::applies_itself(std::size_t index, std::vector<char>& states) {
    enum : char { unseen, open, done };
    if (states[index] != unseen)
        return states[index] == open;
    states[index] = open;
    const auto& node = program_->nodes[index];
    const auto again = [&](std::size_t next) { return applies_itself(next, states); };
    if (std::ranges::any_of(node.all_of, again) || std::ranges::any_of(node.one_of, again))
        return true;
    states[index] = done;
    return false;
}

JsonTypes SchemaCompiler::accepted(std::size_t index, std::vector<char>& known) {
    auto& node = program_->nodes[index];
    if (known[index])
        return node.accepted;
    known[index] = true;
    JsonTypes types = node.never ? 0 : node.types;
    for (const std::size_t part : node.all_of)
        types &= accepted(part, known);
    JsonTypes branches = node.one_of.empty() ? json_types::any : 0;
    for (const std::size_t branch : node.one_of)
        branches |= accepted(branch, known);
    return node.accepted = types & branches;
}

bool SchemaCompiler::changes(const SchemaNode& node) const {
    const auto changed = [this](std::size_t index) { return program_->nodes[index].changes; };
    // A whole number written as 1.0 becomes an integer.
    if ((node.types & json_types::integer) && !(node.types & json_types::number))
        return true;
    if (node.string && node.string->trimmed)
        return true;
    if (node.array && node.array->items && changed(*node.array->items))
        return true;
    if (node.object) {
        const auto property_changes = [&](const ObjectRules::Property& property) {
            return property.default_value || (property.node && changed(*property.node));
        };
        if (std::ranges::any_of(node.object->properties, property_changes) ||
            (node.object->others && changed(*node.object->others)))
            return true;
    }
    return std::ranges::any_of(node.all_of, changed) || std::ranges::any_of(node.one_of, changed);
}

} // namespace xentree
