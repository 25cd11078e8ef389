#pragma once
#include <optional>
#include <string>

#include "http/outbound.h"

namespace xentree {

// The request that a redirect asks for, nothing where the answer is none or the request is no GET or HEAD.
// To another origin go only headers that cannot be a secret. Throws OutboundError where the target is no
// http or https URL, or leads from https to http.
std::optional<OutboundRequest> redirected(const OutboundRequest& request, const OutboundResponse& response);

} // namespace xentree
