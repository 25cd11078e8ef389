#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/request.h"

namespace xentree {

// What a request's head says of the form of its body. Throws ApiError(unsupported_media_type). Null where the
// operation takes no body, or the body may be absent and is.
const ContractBody::Form* choose_form(const Operation& operation, const RequestHead& head, bool has_body);

// Reads path, query, headers and body into the request, by the contract (its step 4). Throws
// ApiError(validation_error) with all faults at once.
void read_form(Request& request, const RequestHead& head, const std::vector<std::string>& path_values,
               const ContractBody::Form* form, std::string_view body);

// The pairs of application/x-www-form-urlencoded (WHATWG URL, section 5.1). A malformed escape is a fault at
// its name.
std::vector<std::pair<std::string, std::string>> parse_urlencoded(std::string_view text,
                                                                  std::vector<Fault>& faults);

} // namespace xentree
