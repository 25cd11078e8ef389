#include "contract/contract.h"
#include "contract/references.h"

namespace xentree {
namespace json = boost::json;

namespace {

// What the operations of the new document name.
struct Needs {
    std::set<std::string, std::less<>> components; // "schemas/Error"
    std::set<std::string, std::less<>> tags;

    bool has(std::string_view kind, std::string_view name) const {
        return components.contains(fmt::format("{}/{}", kind, name));
    }
};

void need_references(const json::object& bundle, const json::value& value, Needs& needs) {
    for (const auto& reference : references_in(value)) {
        const std::string_view prefix = "#/components/";
        if (!reference.starts_with(prefix))
            continue;
        if (!needs.components.insert(reference.substr(prefix.size())).second)
            continue;
        if (const auto* target = find_reference(bundle, reference))
            need_references(bundle, *target, needs);
    }
}

void need_operation(const json::object& bundle, const json::object& operation, Needs& needs) {
    need_references(bundle, operation, needs);
    for (const auto& tag : operation.at("tags").as_array())
        needs.tags.emplace(std::string_view(tag.as_string()));
    const auto* security = operation.if_contains("security");
    for (const auto& way : security ? security->as_array() : json::array()) {
        for (const auto& [scheme, scopes] : way.as_object())
            needs.components.insert(fmt::format("securitySchemes/{}", std::string_view(scheme)));
    }
}

json::object wanted_paths(const json::object& bundle, const std::set<std::string, std::less<>>& ids,
                          Needs& needs) {
    json::object paths;
    for (const auto& [path, item] : bundle.at("paths").as_object()) {
        json::object operations;
        for (const auto& [method, operation] : item.as_object()) {
            if (!ids.contains(std::string_view(operation.at("operationId").as_string())))
                continue;
            need_operation(bundle, operation.as_object(), needs);
            operations[method] = operation;
        }
        if (!operations.empty())
            paths[path] = std::move(operations);
    }
    return paths;
}

json::object needed_components(const json::object& components, const Needs& needs) {
    json::object kept;
    for (const auto& [kind, members] : components) {
        json::object needed;
        for (const auto& [name, member] : members.as_object()) {
            if (needs.has(kind, name))
                needed[name] = member;
        }
        if (!needed.empty())
            kept[kind] = std::move(needed);
    }
    return kept;
}

json::array needed_tags(const json::array& tags, const Needs& needs) {
    json::array kept;
    std::ranges::copy_if(tags, std::back_inserter(kept), [&](const json::value& tag) {
        return needs.tags.contains(std::string_view(tag.at("name").as_string()));
    });
    return kept;
}

} // namespace

json::object Contract::document(const std::set<std::string, std::less<>>& operation_ids) const {
    Needs needs;
    json::object paths = wanted_paths(bundle_, operation_ids, needs);
    json::object document;
    for (const auto& [name, member] : bundle_) {
        if (name == "paths")
            document[name] = std::exchange(paths, {});
        else if (name == "components")
            document[name] = needed_components(member.as_object(), needs);
        else if (name == "tags")
            document[name] = needed_tags(member.as_array(), needs);
        else
            document[name] = member;
    }
    return document;
}

} // namespace xentree
