// The official JSON Schema Test Suite (Debian's json-schema-test-suite), for each keyword that the contract
// uses. Debian has it up to draft 7, whose cases say the same as 2020-12 but where they are listed below.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "contract/validator.h"

namespace xentree {
namespace {

namespace json = boost::json;

const std::string folder = "/usr/share/json-schema-test-suite/tests/draft7/";

json::value read_file(const std::string& name) {
    std::ifstream file(folder + name);
    std::stringstream text;
    text << file.rdbuf();
    return json::parse(text.str());
}

// The contract's schemas are components of a document; so are the suite's here, references included.
json::value with_component_references(const json::value& value) {
    if (const auto* array = value.if_array()) {
        json::array items;
        for (const auto& item : *array)
            items.push_back(with_component_references(item));
        return items;
    }
    const auto* object = value.if_object();
    if (!object)
        return value;
    json::object members;
    for (const auto& [name, member] : *object) {
        const auto* text = member.if_string();
        if (name != "$ref" || !text || !std::string_view(*text).starts_with("#"))
            members[name] = with_component_references(member);
        else if (std::string_view(*text).starts_with("#/definitions/"))
            members[name] = "#/components/schemas/" + std::string(std::string_view(*text).substr(14));
        else
            members[name] = "#/components/schemas/suite" + std::string(std::string_view(*text).substr(1));
    }
    return members;
}

std::shared_ptr<const Validator> compile(const json::value& schema) {
    json::value translated = with_component_references(schema);
    json::object components;
    if (auto* object = translated.if_object(); object && object->contains("definitions")) {
        components = object->at("definitions").as_object();
        object->erase("definitions");
    }
    components["suite"] = translated;
    return Validator::compile({{"$ref", "#/components/schemas/suite"}},
                              {{"components", {{"schemas", components}}}});
}

struct Outcome {
    std::size_t run = 0;
    std::set<std::string> refused; // FILE: GROUP
    std::set<std::string> differ;  // FILE: GROUP: CASE
};

Outcome run(const std::vector<std::string>& files) {
    Outcome outcome;
    for (const auto& file : files) {
        const json::value groups = read_file(file + ".json");
        for (const auto& group : groups.as_array()) {
            const std::string name = file + ": " + std::string(group.at("description").as_string());
            std::shared_ptr<const Validator> validator;
            try {
                validator = compile(group.at("schema"));
            } catch (const std::runtime_error&) {
                outcome.refused.insert(name);
                continue;
            }
            for (const auto& test : group.at("tests").as_array()) {
                ++outcome.run;
                json::value data = test.at("data");
                if (validator->check(data).empty() != test.at("valid").as_bool())
                    outcome.differ.insert(name + ": " + std::string(test.at("description").as_string()));
            }
        }
    }
    return outcome;
}

TEST(OfficialSuite, every_keyword_in_use_means_what_json_schema_says) {
    const Outcome outcome = run({"additionalProperties",
                                 "allOf",
                                 "boolean_schema",
                                 "const",
                                 "default",
                                 "definitions",
                                 "enum",
                                 "items",
                                 "maxItems",
                                 "maxLength",
                                 "maxProperties",
                                 "maximum",
                                 "minItems",
                                 "minLength",
                                 "minProperties",
                                 "minimum",
                                 "oneOf",
                                 "pattern",
                                 "properties",
                                 "ref",
                                 "required",
                                 "type",
                                 "uniqueItems"});
    // They need patternProperties, arrays of items (prefixItems today), $id or other documents.
    EXPECT_EQ(outcome.refused,
              (std::set<std::string>{
                  "additionalProperties: additionalProperties being false does not allow other properties",
                  "additionalProperties: non-ASCII pattern with additionalProperties",
                  "definitions: invalid definition",
                  "definitions: valid definition",
                  "items: an array of schemas for items",
                  "items: items with boolean schemas",
                  "properties: properties, patternProperties, additionalProperties interaction",
                  "ref: Recursive references between schemas",
                  "ref: escaped pointer ref",
                  "ref: relative pointer ref to array",
                  "ref: remote ref, containing refs itself",
              }));
    // What stands beside a $ref counts since 2019-09.
    EXPECT_EQ(outcome.differ, (std::set<std::string>{
                                  "ref: ref overrides any sibling keywords: ref valid, maxItems ignored"}));
    EXPECT_EQ(outcome.run, 232U);
}

TEST(OfficialSuite, every_format_in_use_means_what_json_schema_says) {
    const Outcome outcome = run({"optional/format/date-time", "optional/format/date", "optional/format/email",
                                 "optional/format/uri", "optional/format/uri-reference"});
    EXPECT_EQ(outcome.refused, (std::set<std::string>{}));
    EXPECT_EQ(outcome.differ, (std::set<std::string>{}));
    EXPECT_EQ(outcome.run, 40U);
}

} // namespace
} // namespace xentree
