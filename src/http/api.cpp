#include "http/api.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

namespace xentree {

const Operation* Api::claim(std::string_view operation_id) {
    const Operation* const operation = contract_.find(operation_id);
    if (!operation)
        faults_.push_back(fmt::format("{}: no such operation in the contract", operation_id));
    else if (handlers_.contains(operation_id))
        faults_.push_back(fmt::format("{}: two handlers", operation_id));
    return operation;
}

void Api::check_access(const Operation& operation, bool takes_caller, bool takes_visitor) {
    if (operation.access.is_public && takes_caller)
        faults_.push_back(fmt::format("{}: is public, but its handler takes a Caller", operation.id));
    if (!operation.access.is_public && (takes_visitor || !takes_caller))
        faults_.push_back(fmt::format("{}: is not public, so its handler must take a Caller", operation.id));
}

void Api::check_body(const Operation& operation, const WireShape& wire) {
    if (!operation.body) {
        faults_.push_back(fmt::format("{}: has no body in the contract", operation.id));
        return;
    }
    for (const auto& [media_type, form] : operation.body->forms) {
        const auto found = compare_shapes(wire, *form.shape, Direction::request, operation.id + " request");
        faults_.insert(faults_.end(), found.begin(), found.end());
    }
}

void Api::check_parameters(const Operation& operation, ParameterPlace place, const WireShape& wire) {
    Shape schema;
    schema.kind = Shape::Kind::object;
    for (const auto& parameter : operation.parameters) {
        // PageRequest is made of these two.
        if (parameter.place == place && parameter.name != "limit" && parameter.name != "cursor")
            schema.members.push_back(
                {parameter.name, parameter.required, parameter.default_value.has_value(), parameter.shape});
    }
    const auto found = compare_shapes(wire, schema, Direction::request, operation.id + " parameters");
    faults_.insert(faults_.end(), found.begin(), found.end());
}

void Api::check_path(const Operation& operation, const WireShape& wire) {
    const auto is_in_path = [](const auto& parameter) { return parameter.place == ParameterPlace::path; };
    const auto& parameters = operation.parameters;
    const auto count = std::count_if(parameters.begin(), parameters.end(), is_in_path);
    if (count != 1) {
        faults_.push_back(
            fmt::format("{}: has {} path parameters, its handler takes one", operation.id, count));
        return;
    }
    const auto& parameter = *std::find_if(parameters.begin(), parameters.end(), is_in_path);
    const auto found =
        compare_shapes(wire, *parameter.shape, Direction::request, operation.id + " path " + parameter.name);
    faults_.insert(faults_.end(), found.begin(), found.end());
}

void Api::check_answer(const Operation& operation, int status, const WireShape& wire) {
    const auto answer = operation.answers.find(status);
    const auto form = answer == operation.answers.end() ? decltype(answer->second.forms.begin()){}
                                                        : answer->second.forms.find("application/json");
    if (answer == operation.answers.end() || form == answer->second.forms.end()) {
        faults_.push_back(fmt::format("{}: has no answer {} in the contract", operation.id, status));
        return;
    }
    const auto found = compare_shapes(wire, *form->second, Direction::answer, operation.id + " answer");
    faults_.insert(faults_.end(), found.begin(), found.end());
}

void Api::check_empty_answer(const Operation& operation, int status) {
    if (!operation.answers.contains(status))
        faults_.push_back(fmt::format("{}: has no answer {} in the contract", operation.id, status));
}

void Api::finish() const {
    if (!faults_.empty())
        throw std::runtime_error(
            fmt::format("The program does not fit the contract:\n  {}", fmt::join(faults_, "\n  ")));
}

const Api::Handler* Api::handler(std::string_view operation_id) const {
    const auto found = handlers_.find(operation_id);
    return found == handlers_.end() ? nullptr : &found->second;
}

const BodyRule* Api::rule(std::string_view operation_id) const {
    const auto found = rules_.find(operation_id);
    return found == rules_.end() ? nullptr : &found->second;
}

std::set<std::string, std::less<>> Api::implemented() const {
    std::set<std::string, std::less<>> ids;
    for (const auto& [id, handler] : handlers_)
        ids.insert(id);
    return ids;
}

} // namespace xentree
