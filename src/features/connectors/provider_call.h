#pragma once
#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "http/outbound.h"

// Calls to a provider, with answers that are read whole.
namespace xentree {

using FormFields = std::vector<std::pair<std::string_view, std::string_view>>;

// name=value&name=value, percent-encoded for a form or a query.
std::string encode_fields(const FormFields& fields);

struct ProviderAnswer {
    int status = 0;
    std::string body;
    std::optional<Seconds> retry_after;
};

// Where the answer cannot be had throws ApiError: provider_error, provider_timeout, unavailable; the log gets
// `what` and the cause.
//
// The URLs of providers are the operator's settings and no tenant has a say in them, so the calls are not
// guarded: an operator may have a provider in the own network, and a test on this machine. A redirect is an
// answer like any other: nothing is followed, so a token goes nowhere else.
Task<ProviderAnswer> call_provider(OutboundRequest request, std::string what);

// What the caller is told of an answer that nobody expected: provider_error, or unavailable where the
// provider asks for patience (429). The log gets `what`, the status and the answer's error code.
ApiError unexpected_answer(const ProviderAnswer& answer, std::string_view what);
ApiError provider_unavailable(const ProviderAnswer& answer);
ApiError unreadable_answer(std::string_view what);

// Strict JSON; nothing where it is no object.
std::optional<boost::json::object> parse_object(std::string_view text);
// Without NUL, which PostgreSQL keeps none of; empty where the member is missing or no string.
std::string string_member(const boost::json::object& object, std::string_view name);

} // namespace xentree
