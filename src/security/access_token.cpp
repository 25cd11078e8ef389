#include "security/access_token.h"

#include <boost/json.hpp>
#include <sodium.h>

#include <vector>

#include "base/text.h"

namespace xentree {

namespace {

constexpr std::size_t longest_token = 4096;
constexpr std::int64_t latest_time = 253'402'300'799; // seconds: the end of the year 9999

std::string encode(std::string_view text) {
    return encode_base64url({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> authenticate(std::string_view text,
                                                                    const SecretKey& secret) {
    std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> tag;
    crypto_auth_hmacsha256(tag.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                           secret.data());
    return tag;
}

struct Parts {
    std::string_view header, claims, signature;
    std::string_view signed_text;
};

std::optional<Parts> split(std::string_view token) {
    const auto first = token.find('.');
    const auto second = token.find('.', first == std::string_view::npos ? first : first + 1);
    if (token.size() > longest_token || second == std::string_view::npos ||
        token.find('.', second + 1) != std::string_view::npos)
        return std::nullopt;
    return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                 token.substr(second + 1), token.substr(0, second)};
}

std::optional<boost::json::object> decode_object(std::string_view part) {
    const auto text = decode_base64url(part);
    if (!text)
        return std::nullopt;
    boost::system::error_code error;
    const auto json = boost::json::parse(*text, error);
    return !error && json.is_object() ? std::optional(json.as_object()) : std::nullopt;
}

std::optional<std::string> text_member(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::optional(std::string(value->as_string())) : std::nullopt;
}

std::optional<Instant> time_member(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* seconds = value ? value->if_int64() : nullptr;
    if (!seconds || *seconds < 0 || *seconds > latest_time)
        return std::nullopt;
    return Instant(Seconds(*seconds));
}

} // namespace

std::string sign_access_token(const AccessClaims& claims, const AccessTokenKey& key) {
    const boost::json::object header{{"alg", "HS256"}, {"kid", key.id}, {"typ", "at+jwt"}};
    const auto seconds = [](Instant instant) {
        return std::chrono::floor<Seconds>(instant).time_since_epoch().count();
    };
    const boost::json::object payload{{"sub", claims.user.text()},
                                      {"sid", claims.session.text()},
                                      {"iat", seconds(claims.issued)},
                                      {"exp", seconds(claims.expires)},
                                      {"jti", format_uuid(make_uuid7(claims.issued))}};
    const std::string text =
        encode(boost::json::serialize(header)) + '.' + encode(boost::json::serialize(payload));
    return text + '.' + encode_base64url(authenticate(text, key.secret));
}

std::optional<std::string> access_token_key_id(std::string_view token) {
    const auto parts = split(token);
    const auto header = parts ? decode_object(parts->header) : std::nullopt;
    // Whoever names another algorithm or an extension gets no further.
    if (!header || header->size() != 3 || text_member(*header, "alg") != "HS256" ||
        text_member(*header, "typ") != "at+jwt")
        return std::nullopt;
    return text_member(*header, "kid");
}

std::optional<AccessClaims> verify_access_token(std::string_view token, const AccessTokenKey& key) {
    const auto parts = split(token);
    const auto signature = parts ? decode_base64url(parts->signature) : std::nullopt;
    if (!signature || access_token_key_id(token) != key.id)
        return std::nullopt;
    const auto expected = authenticate(parts->signed_text, key.secret);
    if (signature->size() != expected.size() ||
        sodium_memcmp(signature->data(), expected.data(), expected.size()) != 0)
        return std::nullopt;
    const auto claims = decode_object(parts->claims);
    if (!claims)
        return std::nullopt;
    const auto user = UserId::parse(text_member(*claims, "sub").value_or(""));
    const auto session = SessionId::parse(text_member(*claims, "sid").value_or(""));
    const auto issued = time_member(*claims, "iat");
    const auto expires = time_member(*claims, "exp");
    if (!user || !session || !issued || !expires)
        return std::nullopt;
    return AccessClaims{*user, *session, *issued, *expires};
}

} // namespace xentree
