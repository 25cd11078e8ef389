#include "features/connectors/id_token.h"

#include <regex>

#include "base/text.h"
#include "features/connectors/provider_call.h"

namespace xentree {

namespace {

constexpr std::size_t longest_email = 254;

// What HTML's e-mail input takes, with a dot in the domain; the contract's `email`.
bool is_email(const std::string& text) {
    static const std::regex form(
        "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
        "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+");
    return text.size() <= longest_email && std::regex_match(text, form);
}

} // namespace

std::optional<std::string> email_of_id_token(std::string_view token) {
    const auto first = token.find('.');
    const auto second = token.find('.', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos)
        return std::nullopt;
    const auto payload = decode_base64url(token.substr(first + 1, second - first - 1));
    const auto claims = payload ? parse_object(*payload) : std::nullopt;
    if (!claims)
        return std::nullopt;
    std::string email = string_member(*claims, "email");
    return is_email(email) ? std::optional(std::move(email)) : std::nullopt;
}

} // namespace xentree
