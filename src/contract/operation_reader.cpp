#include "contract/operation_reader.h"

#include <charconv>

#include "base/text.h"
#include "contract/references.h"
#include "contract/schema_validator.h"

namespace xentree {
namespace json = boost::json;

namespace {

constexpr std::size_t usual_body_limit = 1 << 20;

constexpr std::array methods{"get", "put", "post", "delete", "patch"};

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value ? std::string(value->as_string()) : std::string();
}

bool flag(const json::object& object, std::string_view name, bool otherwise = false) {
    const auto* value = object.if_contains(name);
    return value ? value->as_bool() : otherwise;
}

std::optional<std::string> optional_text(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value ? std::optional(std::string(value->as_string())) : std::nullopt;
}

ParameterPlace parameter_place(std::string_view name) {
    static const std::map<std::string_view, ParameterPlace> places{{"path", ParameterPlace::path},
                                                                   {"query", ParameterPlace::query},
                                                                   {"header", ParameterPlace::header},
                                                                   {"cookie", ParameterPlace::cookie}};
    return places.at(name);
}

int status_of(std::string_view text) {
    int status = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
    if (error != std::errc() || end != text.data() + text.size() || status < 100 || status > 599)
        throw std::runtime_error(fmt::format("{} is no status", text));
    return status;
}

const json::value* find_default(const json::object& document, const json::value& schema) {
    const auto& object = schema.as_object();
    if (const auto* value = object.if_contains("default"))
        return value;
    const auto* reference = object.if_contains("$ref");
    const auto* target = reference ? find_reference(document, reference->as_string()) : nullptr;
    return target ? find_default(document, *target) : nullptr;
}

} // namespace

OperationReader::OperationReader(const json::object& document) :
    document_(document), compiler_(document), shapes_(document) {}

std::vector<Operation> OperationReader::read_all() {
    check_references(document_, "#");
    // All schemas, also those of answers: a keyword without a meaning here is a fault wherever it stands.
    for (const auto& [name, schema] : document_.at("components").at("schemas").as_object())
        compiler_.add({{"$ref", fmt::format("#/components/schemas/{}", pointer_part(name))}}, "#");

    std::vector<Operation> operations;
    for (const auto& [path, item] : document_.at("paths").as_object())
        read_path(std::string(path), item, operations);

    std::set<std::string_view> seen;
    for (const auto& operation : operations) {
        if (!seen.insert(operation.id).second)
            faults_.insert(fmt::format("{}: another operation has this operationId", operation.id));
    }
    compiler_.finish();
    faults_.insert(compiler_.faults().begin(), compiler_.faults().end());
    return operations;
}

void OperationReader::read_path(const std::string& path, const json::value& item,
                                std::vector<Operation>& operations) {
    for (const auto& [method, source] : item.as_object()) {
        std::string name(method);
        place_ = fmt::format("{} {}", name, path);
        if (std::ranges::find(methods, name) == methods.end()) {
            fault("a path has operations only");
            continue;
        }
        try {
            std::ranges::transform(name, name.begin(),
                                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
            operations.push_back(read(name, path, source.as_object()));
        } catch (const std::exception& error) {
            fault(error.what());
        }
    }
}

Operation OperationReader::read(const std::string& method, const std::string& path,
                                const json::object& source) {
    place_ = text_of(source, "operationId");
    if (place_.empty()) {
        place_ = fmt::format("{} {}", method, path);
        fault("it has no operationId");
    }
    Operation operation;
    operation.id = place_;
    operation.method = method;
    operation.path = path;
    operation.tag = source.at("tags").as_array().at(0).as_string();
    operation.summary = text_of(source, "summary");
    operation.access = read_access(source);
    operation.rate_class = text_of(source, "x-rate-class");
    operation.rate_limited = flag(source, "x-rate-limited", true);
    operation.parameters = read_parameters(source);
    check_path_parameters(operation);
    if (const auto* body = source.if_contains("requestBody"))
        operation.body = read_body(follow(*body));
    for (const auto& [status, answer] : source.at("responses").as_object())
        operation.answers[status_of(status)] =
            read_answer(answer, fmt::format("{} answer {}", place_, std::string_view(status)));
    return operation;
}

AccessRule OperationReader::read_access(const json::object& source) {
    AccessRule rule{
        .is_public = flag(source, "x-public"),
        .bearer_only = flag(source, "x-bearer-only"),
        .admin = flag(source, "x-admin"),
        .takes_service_key = flag(source, "x-service-key"),
        .scope = optional_text(source, "x-scope"),
        .grant_scope = optional_text(source, "x-grant-scope"),
    };
    const bool closed = rule.bearer_only || rule.admin || rule.scope || rule.grant_scope;
    if (!rule.is_public && !closed)
        fault("it has no access rule: x-public, x-scope, x-bearer-only, x-admin or x-grant-scope");
    if (rule.is_public && (closed || rule.takes_service_key))
        fault("it is public and asks for a credential");
    if (rule.bearer_only && rule.scope)
        fault("it takes no API key and asks for the scope of one");
    return rule;
}

std::vector<ContractParameter> OperationReader::read_parameters(const json::object& source) {
    std::vector<ContractParameter> parameters;
    const auto* list = source.if_contains("parameters");
    if (!list)
        return parameters;
    for (const auto& parameter : list->as_array())
        parameters.push_back(
            read_parameter(parameter, fmt::format("{} parameter {}", place_, parameters.size())));
    return parameters;
}

ContractParameter OperationReader::read_parameter(const json::value& source, const std::string& place) {
    const auto& object = follow(source);
    ContractParameter parameter;
    parameter.name = object.at("name").as_string();
    parameter.place = parameter_place(object.at("in").as_string());
    parameter.required = flag(object, "required");
    const auto& schema = object.at("schema");
    parameter.validator = validator(schema, place);
    parameter.shape = shapes_.read(schema);
    if (const auto* value = find_default(document_, schema))
        parameter.default_value = *value;
    return parameter;
}

ContractBody OperationReader::read_body(const json::object& source) {
    ContractBody body;
    body.required = flag(source, "required");
    for (const auto& [media_type, form] : source.at("content").as_object()) {
        const auto& schema = form.at("schema");
        const auto* limit = form.as_object().if_contains("x-body-limit");
        const std::string_view type = media_type;
        ContractBody::Form read;
        read.limit = limit ? limit->to_number<std::size_t>() : usual_body_limit;
        read.validator = validator(schema, fmt::format("{} body {}", place_, type));
        read.shape = shapes_.read(schema);
        body.limit = std::max(body.limit, read.limit);
        body.forms.emplace(type, std::move(read));
    }
    return body;
}

ContractAnswer OperationReader::read_answer(const json::value& source, const std::string& place) {
    ContractAnswer answer;
    const auto* content = follow(source).if_contains("content");
    if (!content)
        return answer;
    for (const auto& [media_type, form] : content->as_object()) {
        const std::string_view type = media_type;
        const auto& schema = form.at("schema");
        compiler_.add(schema, fmt::format("{} {}", place, type));
        const bool is_json = type == "application/json" || type.ends_with("+json");
        answer.forms.emplace(type, is_json ? shapes_.read(schema) : nullptr);
    }
    return answer;
}

void OperationReader::check_path_parameters(const Operation& operation) {
    for (const auto& parameter : operation.parameters) {
        const bool named = operation.path.find("{" + parameter.name + "}") != std::string::npos;
        if (parameter.place == ParameterPlace::path && !(named && parameter.required))
            fault(fmt::format("the path has no {{{}}}, or it is not required", parameter.name));
    }
    const auto in_path = [](const ContractParameter& parameter) {
        return parameter.place == ParameterPlace::path;
    };
    if (std::ranges::count_if(operation.parameters, in_path) != std::ranges::count(operation.path, '{'))
        fault("the path and its parameters differ");
    // Their values are taken in the order in which they stand in the path.
    std::size_t place = 0;
    for (const auto& parameter : operation.parameters) {
        if (parameter.place != ParameterPlace::path)
            continue;
        const auto found = operation.path.find("{" + parameter.name + "}");
        if (found < place)
            fault(
                fmt::format("{{{}}} stands elsewhere in the path than among its parameters", parameter.name));
        place = found;
    }
}

void OperationReader::check_references(const json::value& value, const std::string& place) {
    if (const auto* array = value.if_array()) {
        for (std::size_t i = 0; i < array->size(); ++i)
            check_references((*array)[i], fmt::format("{}/{}", place, i));
        return;
    }
    const auto* object = value.if_object();
    if (!object)
        return;
    for (const auto& [name, member] : *object) {
        const auto* reference = name == "$ref" ? member.if_string() : nullptr;
        if (reference && !find_reference(document_, *reference))
            faults_.insert(
                fmt::format("{}: the reference {} leads nowhere", place, std::string_view(*reference)));
        check_references(member, fmt::format("{}/{}", place, pointer_part(name)));
    }
}

const json::object& OperationReader::follow(const json::value& value) const {
    const auto* reference = value.as_object().if_contains("$ref");
    if (!reference)
        return value.get_object();
    const auto* target = find_reference(document_, reference->as_string());
    if (!target)
        throw std::runtime_error(
            fmt::format("the reference {} leads nowhere", std::string_view(reference->as_string())));
    return follow(*target);
}

std::shared_ptr<const Validator> OperationReader::validator(const json::value& schema,
                                                            const std::string& place) {
    return make_validator(compiler_.program(), compiler_.add(schema, place));
}

void OperationReader::fault(std::string_view message) {
    faults_.insert(fmt::format("{}: {}", place_, message));
}

} // namespace xentree
