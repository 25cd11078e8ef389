#pragma once
#include "contract/schema_check.h"

namespace xentree {

// Goes through an instance with the rules of a program. Nothing is allocated while nothing is wrong.
class SchemaWalk {
  public:
    // Where in the instance a value stands; a chain on the stack, written out only for a fault.
    struct Place {
        const Place* parent = nullptr;
        std::string_view name;
        std::size_t index = 0;
        bool is_index = false;
    };

    // Without `faults` it only tells whether the instance is valid, and stops at the first fault.
    SchemaWalk(const SchemaProgram& program, std::vector<Fault>* faults) :
        program_(program), faults_(faults) {}

    bool check(std::size_t node, const boost::json::value& value, const Place* place);

  private:
    bool check_string(const StringRules& rules, std::string_view text, const Place* place);
    bool check_text(const StringRules& rules, std::string_view text, const Place* place);
    bool check_array(const ArrayRules& rules, const boost::json::array& array, const Place* place);
    bool check_object(const ObjectRules& rules, const boost::json::object& object, const Place* place);
    bool check_others(const ObjectRules& rules, const boost::json::object& object, const Place* place);
    bool check_branches(const SchemaNode& node, const boost::json::value& value, const Place* place);
    bool check_no_branch(const SchemaNode& node, const boost::json::value& value, const Place* place);
    bool check_discriminated(const SchemaNode& node, const boost::json::value& value, const Place* place);

    // False, always.
    bool fault(const Place* place, std::string_view message);
    // Whether nothing more is wanted after a fault.
    bool enough() const;

    const SchemaProgram& program_;
    std::vector<Fault>* faults_;
};

// The bit of the value's type; a number without a fraction is an integer.
JsonTypes type_of(const boost::json::value& value);

} // namespace xentree
