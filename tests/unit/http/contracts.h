#pragma once
#include <boost/json.hpp>

#include <string>

#include "contract/contract.h"

namespace xentree::test {

namespace json = boost::json;

// A small contract for a test; each call adds an operation.
class ContractText {
  public:
    // `method` in small letters; `members` are the operation's own beside id, tag and answers.
    ContractText& add(const std::string& method, const std::string& path, const std::string& id,
                      json::object members) {
        json::object operation{{"operationId", id}, {"tags", {"T"}}};
        operation["responses"] =
            json::object{{"200", answer({{"type", "object"}})}, {"204", {{"description", ""}}}};
        for (auto& member : members)
            operation[member.key()] = std::move(member.value());
        auto& item = paths_[path];
        if (!item.is_object())
            item = json::object();
        item.as_object()[method] = std::move(operation);
        return *this;
    }
    Contract load() const {
        return Contract::load(json::serialize(json::object{{"openapi", "3.1.0"},
                                                           {"tags", json::array{json::object{{"name", "T"}}}},
                                                           {"paths", paths_},
                                                           {"components", {{"schemas", json::object()}}}}));
    }

    static json::object content(const std::string& media_type, json::object schema) {
        return {{media_type, json::object{{"schema", std::move(schema)}}}};
    }
    static json::object answer(json::object schema) {
        return {{"description", ""}, {"content", content("application/json", std::move(schema))}};
    }
    static json::object body(json::object schema, bool required = true) {
        return {{"required", required}, {"content", content("application/json", std::move(schema))}};
    }
    static json::object parameter(const std::string& place, const std::string& name, json::object schema) {
        return {{"name", name}, {"in", place}, {"required", place == "path"}, {"schema", std::move(schema)}};
    }

  private:
    json::object paths_;
};

} // namespace xentree::test
