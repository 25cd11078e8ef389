#pragma once
#include <memory>
#include <string>
#include <vector>

namespace xentree {

// What a schema says of the form of a value, without its bounds: enough to compare a C++ struct with it.
struct Shape {
    enum class Kind { string, integer, number, boolean, array, object, any };

    struct Member {
        std::string name;
        bool required = false;
        bool has_default = false;
        std::shared_ptr<const Shape> shape;
    };

    Kind kind = Kind::any; // of what is not null; any where several are allowed
    bool nullable = false;
    std::string format;                      // of a string: uuid, date-time, ...; empty without
    std::vector<std::string> enumerators;    // of a string: enum or const; empty without
    std::vector<Member> members;             // of an object, allOf merged, in the document's order
    std::shared_ptr<const Shape> items;      // of an array
    std::shared_ptr<const Shape> map_values; // of an object: additionalProperties where it is a schema
};

} // namespace xentree
