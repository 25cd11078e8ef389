#pragma once
#include <boost/json.hpp>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/schema_program.h"

namespace xentree {

// Makes one program of any number of schemas of a document; what is referred to is compiled once. Faults are
// collected, each with the place of its schema ("#/components/schemas/A/properties/b: ...").
class SchemaCompiler {
  public:
    explicit SchemaCompiler(const boost::json::object& document);

    // The node of the schema that stands at `place`. It can be used after finish().
    std::size_t add(const boost::json::value& schema, const std::string& place);
    // Works out what depends on all nodes, and refuses schemas that apply themselves to the same value.
    // Nothing may be added after it.
    void finish();

    const std::set<std::string>& faults() const { return faults_; }
    std::shared_ptr<const SchemaProgram> program() const { return program_; }

  private:
    class NodeReader;

    void fill(std::size_t index, const boost::json::value& schema, const std::string& place);
    std::size_t reserve(const std::string& place);
    std::size_t add_reference(const boost::json::value& reference, const std::string& place);
    std::shared_ptr<const re2::RE2> pattern(std::string_view text, const std::string& place);
    void fault(const std::string& place, std::string_view message);

    bool applies_itself(std::size_t index, std::vector<char>& states);
    JsonTypes accepted(std::size_t index, std::vector<char>& known);
    bool changes(const SchemaNode& node) const;

    const boost::json::object& document_;
    std::shared_ptr<SchemaProgram> program_ = std::make_shared<SchemaProgram>();
    std::vector<std::string> places_; // of the nodes
    std::map<std::string, std::size_t, std::less<>> references_;
    std::map<std::string, std::shared_ptr<const re2::RE2>, std::less<>> patterns_;
    std::set<std::string> faults_;
};

} // namespace xentree
