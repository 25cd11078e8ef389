#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace xentree {

// The form in which web origins are compared (RFC 6454): in lower case, an IPv6 address in its short form,
// without the scheme's own port. Takes `https://HOST[:PORT]` and `http://localhost[:PORT]`, where HOST is a
// name of the DNS (an internationalized one in its xn-- form), an IPv4 address or an IPv6 address in
// brackets, and PORT is 1 to 65535. Nothing for any other text: another scheme, a user, a path, a wildcard.
std::optional<std::string> canonical_origin(std::string_view text);

} // namespace xentree
