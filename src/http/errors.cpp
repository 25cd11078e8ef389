#include "http/errors.h"

#include <boost/json/array.hpp>

#include <stdexcept>

namespace xentree {

namespace {

using enum ErrorCode;

constexpr ErrorRow table[] = {
    {validation_error, 400, "validation_error", "The request is not valid."},
    {not_authenticated, 401, "not_authenticated", "This operation needs a bearer token or an API key."},
    {invalid_token, 401, "invalid_token", "The bearer token is not valid."},
    {token_expired, 401, "token_expired", "The bearer token has expired."},
    {invalid_credentials, 401, "invalid_credentials", "Username or password is wrong."},
    {invalid_api_key, 401, "invalid_api_key", "The API key is not valid."},
    {refresh_token_reused, 401, "refresh_token_reused",
     "The refresh token was used before; the session was ended."},
    {insufficient_api_key_scope, 403, "INSUFFICIENT_API_KEY_SCOPE",
     "API key lacks required scope for this endpoint"},
    {forbidden, 403, "forbidden", "Your role does not allow this."},
    {bearer_required, 403, "bearer_required", "This operation takes a bearer token only."},
    {admin_required, 403, "admin_required", "This operation needs the admin role."},
    {ip_not_allowed, 403, "ip_not_allowed", "This API key may not be used from this address."},
    {wrong_origin, 403, "wrong_origin", "The integration token is bound to another origin."},
    {not_found, 404, "not_found", "There is no such resource."},
    {user_not_found, 404, "user_not_found", "There is no such user."},
    {method_not_allowed, 405, "method_not_allowed", "This path has no such method."},
    {conflict, 409, "conflict", "The resource was changed in the meantime."},
    {idempotency_key_reused, 409, "idempotency_key_reused",
     "This Idempotency-Key was used with another body."},
    {email_taken, 409, "email_taken", "An account with this e-mail address exists."},
    {username_taken, 409, "username_taken", "This username belongs to another account."},
    {slug_taken, 409, "slug_taken", "Another organization has this slug."},
    {already_verified, 409, "already_verified", "The e-mail address is verified already."},
    {already_member, 409, "already_member", "The user is a member of the organization already."},
    {last_owner, 409, "last_owner", "You are the last owner of an organization with other members."},
    {personal_organization, 409, "personal_organization", "A personal organization does not take this."},
    {invitation_accepted, 409, "invitation_accepted", "The invitation was accepted before."},
    {invitation_revoked, 409, "invitation_revoked", "The invitation was revoked."},
    {invitation_expired, 409, "invitation_expired", "The invitation has expired."},
    {needs_reauth, 409, "needs_reauth", "The consent has ended; start the flow again."},
    {payload_too_large, 413, "payload_too_large", "The body is too large."},
    {request_head_too_large, 431, "request_head_too_large", "The head of the request is too large."},
    {unsupported_media_type, 415, "unsupported_media_type", "The operation does not take this content type."},
    {rate_limited, 429, "rate_limited", "Too many requests."},
    {ai_quota_exceeded, 429, "ai_quota_exceeded", "The AI quota of the month is used up."},
    {internal_error, 500, "internal_error", "Something went wrong on our side."},
    {provider_error, 502, "provider_error", "The provider answered with an error."},
    {unavailable, 503, "unavailable", "The service is not available now."},
    {mail_not_configured, 503, "mail_not_configured", "Mail is not configured on this server."},
    {connector_not_configured, 503, "connector_not_configured",
     "The connector is not configured on this server."},
    {provider_timeout, 504, "provider_timeout", "The provider did not answer in time."},
};

} // namespace

const ErrorRow& error_row(ErrorCode code) {
    for (const auto& row : table) {
        if (row.code == code)
            return row;
    }
    throw std::logic_error("an error code without a row");
}

boost::json::object error_body(const ApiError& error, std::string_view request_id) {
    const ErrorRow& row = error_row(error.code);
    const std::string_view message = error.what();
    boost::json::object detail{{"error", row.name}, {"message", message.empty() ? row.sentence : message}};
    if (!error.faults.empty()) {
        boost::json::array faults;
        for (const auto& fault : error.faults)
            faults.push_back({{"field", fault.field}, {"message", fault.message}});
        detail["errors"] = std::move(faults);
    }
    for (const auto& member : error.members)
        detail[member.key()] = member.value();
    return {{"detail", std::move(detail)}, {"request_id", request_id}};
}

} // namespace xentree
