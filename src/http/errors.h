#pragma once
#include <boost/json/object.hpp>

#include <string_view>

#include "base/error.h"

namespace xentree {

struct ErrorRow {
    ErrorCode code;
    int status;
    std::string_view name;     // the code on the wire
    std::string_view sentence; // where the error brings none of its own
};

// The one place where codes meet HTTP.
const ErrorRow& error_row(ErrorCode code);

// The contract's error form (schema Error).
boost::json::object error_body(const ApiError& error, std::string_view request_id);

} // namespace xentree
