#pragma once
#include <boost/json.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contract/formats.h"

namespace re2 {
class RE2;
}

namespace xentree {

// A set of JSON types. A number without a fraction is an integer and a number.
using JsonTypes = unsigned;
namespace json_types {
inline constexpr JsonTypes null = 1, boolean = 2, integer = 4, number = 8, string = 16, array = 32,
                           object = 64, any = 127;
} // namespace json_types

inline constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

// Sizes with the sentence for a breach, made once.
struct SizeBounds {
    std::size_t least = 0;
    std::size_t most = no_limit;
    std::string fault;

    bool hold(std::size_t size) const { return size >= least && size <= most; }
};

struct StringRules {
    SizeBounds length; // code points; bytes of binary
    std::shared_ptr<const re2::RE2> pattern;
    std::string pattern_fault;
    Format format = Format::none;
    bool trimmed = false;   // x-trim
    bool time_zone = false; // x-check: time-zone
};

struct NumberRules {
    std::optional<boost::json::value> least;
    std::optional<boost::json::value> most;
    std::string fault;
};

struct ArrayRules {
    SizeBounds size;
    bool unique = false;
    std::optional<std::size_t> items;
};

struct ObjectRules {
    struct Property {
        std::string name;
        std::optional<std::size_t> node; // none where the name is only in `required`
        bool required = false;
        std::optional<boost::json::value> default_value;
    };

    SizeBounds size;
    std::vector<Property> properties; // in the schema's order
    bool closed = false;              // additionalProperties: false
    std::optional<std::size_t> others;
};

struct Discriminator {
    std::string property;
    std::map<std::string, std::size_t, std::less<>> branches; // by the property's value
    std::string fault;
};

// A schema without what is only told to people; others by their index in the program.
struct SchemaNode {
    bool never = false; // the schema `false`
    JsonTypes types = json_types::any;
    std::string type_fault;
    std::vector<boost::json::value> allowed; // of enum or const; empty without
    std::string allowed_fault;
    std::optional<boost::json::value> default_value;

    std::unique_ptr<StringRules> string;
    std::unique_ptr<NumberRules> number;
    std::unique_ptr<ArrayRules> array;
    std::unique_ptr<ObjectRules> object;

    std::vector<std::size_t> all_of; // and the target of a $ref
    std::vector<std::size_t> one_of;
    std::optional<Discriminator> discriminator;

    // Worked out after all nodes are there.
    JsonTypes accepted = json_types::any; // types that may be valid, references and branches counted
    bool changes = false;                 // whether a valid value may have to be changed here or below
};

struct SchemaProgram {
    std::vector<SchemaNode> nodes;
};

} // namespace xentree
