#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace xentree {

// The address of mail that an ID token (OpenID Connect Core, section 2) tells, where it is one that the API
// can show. The signature is not looked at: the token came from the issuer itself over TLS, which section
// 3.1.3.7 takes in its place, and the address is shown and decides nothing.
std::optional<std::string> email_of_id_token(std::string_view token);

} // namespace xentree
