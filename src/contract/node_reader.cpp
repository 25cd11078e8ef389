#include "contract/node_reader.h"

#include "contract/fault_words.h"
#include "contract/json_order.h"
#include "contract/references.h"

namespace xentree {
namespace json = boost::json;

namespace {

constexpr std::array type_names{
    std::pair{"null", json_types::null},       std::pair{"boolean", json_types::boolean},
    std::pair{"integer", json_types::integer}, std::pair{"number", json_types::integer | json_types::number},
    std::pair{"string", json_types::string},   std::pair{"array", json_types::array},
    std::pair{"object", json_types::object},
};

constexpr std::array annotations{"description", "example",    "examples",         "title",        "writeOnly",
                                 "readOnly",    "deprecated", "contentMediaType", "contentSchema"};

} // namespace

const std::map<std::string_view, SchemaCompiler::NodeReader::Read>& SchemaCompiler::NodeReader::keywords() {
    static const std::map<std::string_view, Read> table{
        {"type", &NodeReader::read_type},          {"enum", &NodeReader::read_values},
        {"const", &NodeReader::read_values},       {"minLength", &NodeReader::read_size},
        {"maxLength", &NodeReader::read_size},     {"minItems", &NodeReader::read_size},
        {"maxItems", &NodeReader::read_size},      {"minProperties", &NodeReader::read_size},
        {"maxProperties", &NodeReader::read_size}, {"pattern", &NodeReader::read_pattern},
        {"format", &NodeReader::read_format},      {"minimum", &NodeReader::read_bound},
        {"maximum", &NodeReader::read_bound},      {"uniqueItems", &NodeReader::read_unique},
        {"items", &NodeReader::read_items},        {"properties", &NodeReader::read_properties},
        {"required", &NodeReader::read_required},  {"additionalProperties", &NodeReader::read_others},
        {"$ref", &NodeReader::read_reference},     {"allOf", &NodeReader::read_branches},
        {"oneOf", &NodeReader::read_branches},     {"discriminator", &NodeReader::read_discriminator},
        {"default", &NodeReader::read_default},    {"x-trim", &NodeReader::read_trim},
        {"x-check", &NodeReader::read_check},      {"x-default-by-rule", &NodeReader::read_default_by_rule},
    };
    return table;
}

bool SchemaCompiler::NodeReader::is_annotation(std::string_view keyword) {
    return std::ranges::find(annotations, keyword) != annotations.end() ||
           (keyword.starts_with("x-") && !keywords().contains(keyword));
}

SchemaNode SchemaCompiler::NodeReader::read(const json::object& schema) {
    for (const auto& [name, value] : schema) {
        const std::string_view keyword = name;
        const auto known = keywords().find(keyword);
        if (known == keywords().end()) {
            if (!is_annotation(keyword))
                fault(fmt::format("the keyword {} is not known", keyword));
            continue;
        }
        try {
            (this->*known->second)(keyword, value);
        } catch (const std::exception&) { // of Boost.JSON
            fault(fmt::format("{} has a value of the wrong type", keyword));
        }
    }
    return finish();
}

void SchemaCompiler::NodeReader::read_type(std::string_view, const json::value& value) {
    node_.types = 0;
    const auto add = [this](std::string_view name) {
        const auto known = std::ranges::find(type_names, name, &std::pair<const char*, JsonTypes>::first);
        if (known == type_names.end())
            fault(fmt::format("the type {} is not known", name));
        else
            node_.types |= known->second;
    };
    if (value.is_string())
        return add(value.as_string());
    for (const auto& name : value.as_array())
        add(name.as_string());
}

void SchemaCompiler::NodeReader::read_values(std::string_view keyword, const json::value& value) {
    if (!node_.allowed.empty())
        return fault("enum and const stand beside each other");
    if (keyword == "const")
        node_.allowed.push_back(value);
    else
        node_.allowed.assign(value.as_array().begin(), value.as_array().end());
    if (node_.allowed.empty())
        fault("enum is empty");
}

void SchemaCompiler::NodeReader::read_size(std::string_view keyword, const json::value& value) {
    SizeBounds& bounds = keyword.ends_with("Length")  ? string_.length
                         : keyword.ends_with("Items") ? array_.size
                                                      : object_.size;
    const auto size = value.to_number<std::size_t>();
    (keyword.starts_with("min") ? bounds.least : bounds.most) = size;
}

void SchemaCompiler::NodeReader::read_pattern(std::string_view, const json::value& value) {
    string_.pattern = compiler_.pattern(value.as_string(), place_);
    string_.pattern_fault = pattern_fault(value.as_string());
}

void SchemaCompiler::NodeReader::read_format(std::string_view, const json::value& value) {
    string_.format = find_format(value.as_string());
    if (string_.format == Format::none)
        fault(fmt::format("the format {} is not known", std::string_view(value.as_string())));
    if (string_.format == Format::int32) {
        tighten(number_.least, std::numeric_limits<std::int32_t>::min(), false);
        tighten(number_.most, std::numeric_limits<std::int32_t>::max(), true);
    } else if (string_.format == Format::int64) {
        tighten(number_.least, std::numeric_limits<std::int64_t>::min(), false);
        tighten(number_.most, std::numeric_limits<std::int64_t>::max(), true);
    }
}

void SchemaCompiler::NodeReader::read_bound(std::string_view keyword, const json::value& value) {
    if (!value.is_number())
        return fault(fmt::format("{} has a value of the wrong type", keyword));
    if (keyword == "minimum")
        tighten(number_.least, value, false);
    else
        tighten(number_.most, value, true);
}

void SchemaCompiler::NodeReader::tighten(std::optional<json::value>& bound, json::value limit, bool upper) {
    if (!bound || (upper ? compare_numbers(limit, *bound) < 0 : compare_numbers(limit, *bound) > 0))
        bound = std::move(limit);
}

void SchemaCompiler::NodeReader::read_unique(std::string_view, const json::value& value) {
    array_.unique = value.as_bool();
}

void SchemaCompiler::NodeReader::read_items(std::string_view, const json::value& value) {
    array_.items = below(value, "items");
}

void SchemaCompiler::NodeReader::read_properties(std::string_view, const json::value& value) {
    for (const auto& [name, schema] : value.as_object()) {
        const std::size_t node = below(schema, "properties/" + pointer_part(name));
        property(name).node = node;
    }
}

void SchemaCompiler::NodeReader::read_required(std::string_view, const json::value& value) {
    for (const auto& name : value.as_array())
        property(name.as_string()).required = true;
}

void SchemaCompiler::NodeReader::read_others(std::string_view, const json::value& value) {
    if (value.is_bool())
        object_.closed = !value.get_bool();
    else
        object_.others = below(value, "additionalProperties");
}

void SchemaCompiler::NodeReader::read_reference(std::string_view, const json::value& value) {
    node_.all_of.push_back(compiler_.add_reference(value, place_));
}

void SchemaCompiler::NodeReader::read_branches(std::string_view keyword, const json::value& value) {
    auto& branches = keyword == "allOf" ? node_.all_of : node_.one_of;
    if (value.as_array().empty())
        fault(fmt::format("{} is empty", keyword));
    for (std::size_t i = 0; i < value.as_array().size(); ++i)
        branches.push_back(below(value.as_array()[i], fmt::format("{}/{}", keyword, i)));
}

void SchemaCompiler::NodeReader::read_discriminator(std::string_view, const json::value& value) {
    Discriminator discriminator;
    discriminator.property = value.at("propertyName").as_string();
    std::vector<json::value> names;
    for (const auto& [name, reference] : value.at("mapping").as_object()) {
        discriminator.branches[name] = compiler_.add_reference(reference, place_);
        names.emplace_back(name);
    }
    discriminator.fault = allowed_fault(names);
    node_.discriminator = std::move(discriminator);
}

void SchemaCompiler::NodeReader::read_default(std::string_view, const json::value& value) {
    node_.default_value = value;
}

void SchemaCompiler::NodeReader::read_default_by_rule(std::string_view, const json::value& value) {
    default_by_rule_ = value.as_bool();
}

void SchemaCompiler::NodeReader::read_trim(std::string_view, const json::value& value) {
    string_.trimmed = value.as_bool();
}

void SchemaCompiler::NodeReader::read_check(std::string_view, const json::value& value) {
    string_.time_zone = value == "time-zone";
    if (!string_.time_zone)
        fault("x-check has a value that is not known");
}

ObjectRules::Property& SchemaCompiler::NodeReader::property(std::string_view name) {
    const auto known = std::ranges::find(object_.properties, name, &ObjectRules::Property::name);
    if (known != object_.properties.end())
        return *known;
    return object_.properties.emplace_back(ObjectRules::Property{std::string(name), {}, false, {}});
}

std::size_t SchemaCompiler::NodeReader::below(const json::value& schema, std::string_view part) {
    return compiler_.add(schema, fmt::format("{}/{}", place_, part));
}

SchemaNode SchemaCompiler::NodeReader::finish() {
    if (default_by_rule_)
        node_.default_value.reset();
    const bool bounded = number_.least || number_.most;
    node_.type_fault = type_fault(node_.types, bounded ? &number_ : nullptr);
    if (!node_.allowed.empty())
        node_.allowed_fault = allowed_fault(node_.allowed);
    if (string_.trimmed && !(node_.all_of.empty() && node_.one_of.empty()))
        fault("x-trim stands beside another schema of the same value, which would see the white space");
    if (node_.discriminator && node_.one_of.empty())
        fault("discriminator stands without oneOf");

    string_.length.fault = string_.format == Format::binary
                               ? size_fault(string_.length, {"byte", "bytes"})
                               : size_fault(string_.length, {"character", "characters"});
    array_.size.fault = size_fault(array_.size, {"item", "items"});
    object_.size.fault = size_fault(object_.size, {"member", "members"});
    number_.fault = number_fault(number_, !(node_.types & json_types::number));

    if (node_.types & json_types::string)
        node_.string = std::make_unique<StringRules>(std::move(string_));
    if (bounded)
        node_.number = std::make_unique<NumberRules>(std::move(number_));
    if (!array_.size.fault.empty() || array_.unique || array_.items)
        node_.array = std::make_unique<ArrayRules>(std::move(array_));
    if (!object_.size.fault.empty() || !object_.properties.empty() || object_.closed || object_.others)
        node_.object = std::make_unique<ObjectRules>(std::move(object_));
    return std::move(node_);
}

} // namespace xentree
