#pragma once
#include "contract/schema_compiler.h"

namespace xentree {

// Reads the keywords of one schema object into a node.
class SchemaCompiler::NodeReader {
  public:
    NodeReader(SchemaCompiler& compiler, const std::string& place) : compiler_(compiler), place_(place) {}

    SchemaNode read(const boost::json::object& schema);

    // Whether the keyword says nothing about which values are valid.
    static bool is_annotation(std::string_view keyword);

  private:
    using Read = void (NodeReader::*)(std::string_view keyword, const boost::json::value& value);
    static const std::map<std::string_view, Read>& keywords();

    void read_type(std::string_view keyword, const boost::json::value& value);
    void read_values(std::string_view keyword, const boost::json::value& value);
    void read_size(std::string_view keyword, const boost::json::value& value);
    void read_pattern(std::string_view keyword, const boost::json::value& value);
    void read_format(std::string_view keyword, const boost::json::value& value);
    void read_bound(std::string_view keyword, const boost::json::value& value);
    void read_unique(std::string_view keyword, const boost::json::value& value);
    void read_items(std::string_view keyword, const boost::json::value& value);
    void read_properties(std::string_view keyword, const boost::json::value& value);
    void read_required(std::string_view keyword, const boost::json::value& value);
    void read_others(std::string_view keyword, const boost::json::value& value);
    void read_reference(std::string_view keyword, const boost::json::value& value);
    void read_branches(std::string_view keyword, const boost::json::value& value);
    void read_discriminator(std::string_view keyword, const boost::json::value& value);
    void read_default(std::string_view keyword, const boost::json::value& value);
    void read_default_by_rule(std::string_view keyword, const boost::json::value& value);
    void read_trim(std::string_view keyword, const boost::json::value& value);
    void read_check(std::string_view keyword, const boost::json::value& value);

    SchemaNode finish();
    void tighten(std::optional<boost::json::value>& bound, boost::json::value limit, bool upper);
    ObjectRules::Property& property(std::string_view name);
    std::size_t below(const boost::json::value& schema, std::string_view part);
    void fault(std::string_view message) { compiler_.fault(place_, message); }

    SchemaCompiler& compiler_;
    const std::string& place_;
    SchemaNode node_;
    StringRules string_;
    NumberRules number_;
    ArrayRules array_;
    ObjectRules object_;
    bool default_by_rule_ = false;
};

} // namespace xentree
