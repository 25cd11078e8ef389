#pragma once
#include <boost/json.hpp>

#include <string>
#include <string_view>

#include "contract/validator.h"

namespace xentree {

inline std::shared_ptr<const Validator> compile(std::string_view schema, std::string_view components = "{}") {
    const boost::json::object document{{"components", {{"schemas", boost::json::parse(components)}}}};
    return Validator::compile(boost::json::parse(schema), document);
}

// The faults as one text, "POINTER MESSAGE" a line.
inline std::string told(const std::vector<Fault>& faults) {
    std::string text;
    for (const auto& fault : faults)
        text += (text.empty() ? "" : "\n") + fault.field + " " + fault.message;
    return text;
}

inline std::string faults_of(std::string_view schema, std::string_view instance,
                             std::string_view components = "{}") {
    auto value = boost::json::parse(instance);
    return told(compile(schema, components)->check(value));
}

inline std::string completed(std::string_view schema, std::string_view instance,
                             std::string_view components = "{}") {
    auto value = boost::json::parse(instance);
    const auto faults = compile(schema, components)->check(value);
    return faults.empty() ? boost::json::serialize(value) : told(faults);
}

} // namespace xentree
