#include "contract/shape_reader.h"

#include <stdexcept>

#include "contract/references.h"

namespace xentree {
namespace json = boost::json;

namespace {

using Kind = Shape::Kind;

Kind kind_of(std::string_view type) {
    static const std::map<std::string_view, Kind> kinds{{"string", Kind::string}, {"integer", Kind::integer},
                                                        {"number", Kind::number}, {"boolean", Kind::boolean},
                                                        {"array", Kind::array},   {"object", Kind::object}};
    return kinds.at(type);
}

bool is_null_schema(const json::value& schema) {
    const auto* object = schema.if_object();
    const auto* type = object ? object->if_contains("type") : nullptr;
    return type && type->is_string() && type->get_string() == "null";
}

} // namespace

// A shape in the making: whether null is allowed is known only when all that restricts the type is read.
struct ShapeReader::Merge {
    Shape shape;
    bool restricted = false;
    bool nullable = true;

    void take_type(Kind kind, bool with_null) {
        if (kind != Kind::any)
            shape.kind = kind;
        nullable = nullable && with_null;
        restricted = true;
    }
    void take(const Shape& other) {
        take_type(other.kind, other.nullable);
        if (!other.format.empty())
            shape.format = other.format;
        if (!other.enumerators.empty())
            shape.enumerators = other.enumerators;
        if (other.items)
            shape.items = other.items;
        if (other.map_values)
            shape.map_values = other.map_values;
        for (const auto& member : other.members)
            take_member(member);
    }
    void take_member(const Shape::Member& member) {
        const auto known = std::ranges::find(shape.members, member.name, &Shape::Member::name);
        if (known != shape.members.end())
            *known = member;
        else
            shape.members.push_back(member);
    }
    Shape finish() {
        shape.nullable = !restricted || nullable;
        return std::move(shape);
    }
};

std::shared_ptr<const Shape> ShapeReader::read(const json::value& schema) {
    if (const auto* object = schema.if_object(); object && object->size() == 1 && object->contains("$ref"))
        return read_reference(object->at("$ref").as_string());
    Merge merge;
    add(merge, schema);
    return std::make_shared<Shape>(merge.finish());
}

std::shared_ptr<const Shape> ShapeReader::read_reference(std::string_view reference) {
    if (const auto known = done_.find(reference); known != done_.end())
        return known->second;
    const auto* target = find_reference(document_, reference);
    if (!target)
        throw std::runtime_error(fmt::format("the reference {} leads nowhere", reference));
    if (!open_.emplace(reference).second)
        throw std::runtime_error(fmt::format("{} holds itself and has no shape", reference));
    auto shape = read(*target);
    open_.erase(open_.find(reference));
    return done_.emplace(reference, std::move(shape)).first->second;
}

void ShapeReader::add(Merge& merge, const json::value& schema) {
    const auto* object = schema.if_object();
    if (!object)
        return;
    const auto member = [object](std::string_view name) { return object->if_contains(name); };
    if (const auto* reference = member("$ref"))
        merge.take(*read_reference(reference->as_string()));
    if (const auto* parts = member("allOf")) {
        for (const auto& part : parts->as_array())
            merge.take(*read(part));
    }
    if (const auto* branches = member("oneOf"))
        add_branches(merge, branches->as_array());

    if (const auto* type = member("type"); type && type->is_string()) {
        merge.take_type(kind_of(type->get_string()), false);
    } else if (type) {
        std::set<Kind> kinds;
        bool with_null = false;
        for (const auto& name : type->as_array()) {
            if (name == "null")
                with_null = true;
            else
                kinds.insert(kind_of(name.as_string()));
        }
        merge.take_type(kinds.size() == 1 ? *kinds.begin() : Kind::any, with_null);
    }
    if (const auto* format = member("format"); format && merge.shape.kind == Kind::string)
        merge.shape.format = format->as_string();
    if (const auto* constant = member("const"); constant && constant->is_string())
        merge.shape.enumerators = {std::string(constant->get_string())};
    if (const auto* values = member("enum")) {
        merge.shape.enumerators.clear();
        for (const auto& value : values->as_array()) {
            if (value.is_string())
                merge.shape.enumerators.emplace_back(value.get_string());
        }
    }
    if (const auto* items = member("items"))
        merge.shape.items = read(*items);
    if (const auto* others = member("additionalProperties"); others && others->is_object())
        merge.shape.map_values = read(*others);
    if (const auto* properties = member("properties"))
        add_members(merge, properties->as_object());
    if (const auto* names = member("required")) {
        for (const auto& name : names->as_array()) {
            const auto required = std::ranges::find(merge.shape.members, std::string_view(name.as_string()),
                                                    &Shape::Member::name);
            if (required != merge.shape.members.end())
                required->required = true;
        }
    }
}

void ShapeReader::add_branches(Merge& merge, const json::array& branches) {
    std::vector<const json::value*> speaking;
    for (const auto& branch : branches) {
        if (!is_null_schema(branch))
            speaking.push_back(&branch);
    }
    const bool with_null = speaking.size() < branches.size();
    if (speaking.size() == 1) {
        Shape shape = *read(*speaking.front());
        shape.nullable = shape.nullable || with_null;
        return merge.take(shape);
    }
    bool nullable = with_null;
    for (const auto* branch : speaking)
        nullable = nullable || read(*branch)->nullable;
    merge.take_type(Kind::any, nullable);
}

void ShapeReader::add_members(Merge& merge, const json::object& properties) {
    for (const auto& [name, schema] : properties)
        merge.take_member({std::string(name), false, has_default(schema), read(schema)});
}

bool ShapeReader::has_default(const json::value& schema) const {
    const auto* object = schema.if_object();
    if (!object || object->contains("x-default-by-rule"))
        return false;
    if (object->contains("default"))
        return true;
    const auto* reference = object->if_contains("$ref");
    const auto* target = reference ? find_reference(document_, reference->as_string()) : nullptr;
    return target && has_default(*target);
}

} // namespace xentree
