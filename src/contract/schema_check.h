#pragma once
#include <boost/json.hpp>

#include <string>
#include <vector>

#include "base/error.h"
#include "contract/schema_program.h"

namespace xentree {

// Every fault of the instance as the node's schema sees it, at most 100.
std::vector<Fault> find_faults(const SchemaProgram& program, std::size_t node,
                               const boost::json::value& instance);

// Takes outer white space off, puts defaults in and makes whole numbers integers in a value without faults.
void complete(const SchemaProgram& program, std::size_t node, boost::json::value& instance);

} // namespace xentree
