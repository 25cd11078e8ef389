#pragma once
#include <boost/json/object.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace xentree {

// Why a request ends without its answer. The names are the codes of the contract (ErrorDetail); the HTTP
// status and the default sentence of each stand in one table, http/errors.cpp.
enum class ErrorCode {
    validation_error,
    not_authenticated,
    invalid_token,
    token_expired,
    invalid_credentials,
    invalid_api_key,
    refresh_token_reused,
    insufficient_api_key_scope,
    forbidden,
    bearer_required,
    admin_required,
    ip_not_allowed,
    wrong_origin,
    not_found,
    user_not_found,
    method_not_allowed,
    conflict,
    idempotency_key_reused,
    email_taken,
    username_taken,
    slug_taken,
    already_verified,
    already_member,
    last_owner,
    personal_organization,
    invitation_accepted,
    invitation_revoked,
    invitation_expired,
    needs_reauth,
    payload_too_large,
    request_head_too_large,
    unsupported_media_type,
    rate_limited,
    ai_quota_exceeded,
    internal_error,
    provider_error,
    unavailable,
    mail_not_configured,
    connector_not_configured,
    provider_timeout,
};

// One fault of a request: a JSON Pointer into a JSON body, or the name of a parameter, header or form field.
struct Fault {
    std::string field;
    std::string message;
    bool operator==(const Fault&) const = default;
};

// Ends a request with an error of the contract. The message is one English sentence without secrets; empty
// takes the table's.
class ApiError : public std::runtime_error {
  public:
    explicit ApiError(ErrorCode code, const std::string& message = {}) :
        std::runtime_error(message), code(code) {}

    // A request that is not valid, with every fault found.
    explicit ApiError(std::vector<Fault> faults) :
        std::runtime_error(""), code(ErrorCode::validation_error), faults(std::move(faults)) {}

    // not_found of an operation that looks for several things.
    static ApiError absent(std::string_view resource) {
        ApiError error(ErrorCode::not_found);
        error.members["resource"] = resource;
        return error;
    }
    static ApiError retry_later(ErrorCode code, std::chrono::seconds wait, const std::string& message = {}) {
        ApiError error(code, message);
        error.retry_after = wait;
        return error;
    }

    ErrorCode code;
    std::vector<Fault> faults;
    boost::json::object members; // further members of `detail`
    std::optional<std::chrono::seconds> retry_after;
};

} // namespace xentree
