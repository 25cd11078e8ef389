#pragma once
#include <boost/json.hpp>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "contract/shape.h"

namespace xentree {

// Makes shapes of schemas of a document. `$ref`, what stands beside it, and allOf are merged into one shape,
// of members given twice the later counts. A oneOf of one schema and null is that schema, nullable; of
// several schemas it has the kind any.
class ShapeReader {
  public:
    explicit ShapeReader(const boost::json::object& document) : document_(document) {}

    // Throws std::runtime_error for a schema that holds itself, std::exception for one that is malformed.
    std::shared_ptr<const Shape> read(const boost::json::value& schema);

  private:
    struct Merge;

    void add(Merge& merge, const boost::json::value& schema);
    void add_branches(Merge& merge, const boost::json::array& branches);
    void add_members(Merge& merge, const boost::json::object& properties);
    std::shared_ptr<const Shape> read_reference(std::string_view reference);
    bool has_default(const boost::json::value& schema) const;

    const boost::json::object& document_;
    std::map<std::string, std::shared_ptr<const Shape>, std::less<>> done_; // by reference
    std::set<std::string, std::less<>> open_;
};

} // namespace xentree
