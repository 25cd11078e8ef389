#include "http/caller.h"

#include <boost/json/array.hpp>

#include <algorithm>

namespace xentree {

bool KeyGrant::includes(std::string_view scope) const {
    return std::any_of(scopes.begin(), scopes.end(), [&](const std::string& granted) {
        return granted == scope || granted == "api:admin";
    });
}

std::string Caller::identity() const {
    if (key)
        return "key " + key->id.text();
    return token ? "token " + token->id.text() : user.text();
}

std::optional<OrganizationId> Caller::bound_to() const {
    if (key)
        return key->organization;
    return token ? std::optional(token->organization) : std::nullopt;
}

ErrorCode credential_ended(const Caller& caller) {
    return caller.key ? ErrorCode::invalid_api_key : ErrorCode::invalid_token;
}

void require_scope(const Caller& caller, std::string_view scope) {
    if (!caller.key || caller.key->includes(scope))
        return;
    ApiError error(ErrorCode::insufficient_api_key_scope);
    error.members["required_scope"] = scope;
    error.members["granted_scopes"] =
        boost::json::array(caller.key->scopes.begin(), caller.key->scopes.end());
    throw error;
}

} // namespace xentree
