#include "security/integration_token.h"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace xentree {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_token = 8192;
constexpr std::size_t longest_header = 300;           // in base64url; a right one has at most 180
constexpr std::size_t deepest = 2;                    // the claims, and the list of scopes
constexpr std::int64_t latest_time = 253'402'300'799; // seconds: the end of the year 9999
constexpr std::string_view type = "xentree-integration+jwt";

std::string encode(std::string_view text) {
    return encode_base64url({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::optional<json::object> decode_object(std::string_view part, json::storage_ptr memory) {
    const auto text = decode_base64url(part);
    if (!text)
        return std::nullopt;
    json::parse_options options;
    options.max_depth = deepest;
    boost::system::error_code error;
    auto value = json::parse(*text, error, std::move(memory), options);
    return !error && value.is_object() ? std::optional(std::move(value.as_object())) : std::nullopt;
}

std::optional<json::object> decode_header(std::string_view token, json::storage_ptr memory) {
    const auto end = token.find('.');
    if (end > longest_header || token.size() > longest_token)
        return std::nullopt;
    return decode_object(token.substr(0, end), std::move(memory));
}

std::string_view text_member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string_view(value->as_string()) : std::string_view();
}

template<class Id>
std::optional<Id> id_member(const json::object& object, std::string_view name) {
    return Id::parse(text_member(object, name));
}

std::optional<Instant> time_member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* seconds = value ? value->if_int64() : nullptr;
    if (!seconds || *seconds < 0 || *seconds > latest_time)
        return std::nullopt;
    return Instant(Seconds(*seconds));
}

bool consists_of(std::string_view text, std::string_view letters) {
    return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

constexpr std::string_view digits = "0123456789";
constexpr std::string_view name_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
constexpr std::string_view kid_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
constexpr std::string_view address_letters = "0123456789ABCDEFabcdef:.";

bool is_kid(std::string_view text) {
    return text.size() <= 64 && consists_of(text, kid_letters);
}

// What the contract's pattern takes: https://NAME, https://[ADDRESS] or http://localhost, and a port.
bool is_origin(std::string_view text) {
    constexpr std::string_view secure = "https://";
    constexpr std::string_view local = "http://localhost";
    if (text.size() < 9 || text.size() > 300)
        return false;
    const auto port = text.rfind(':');
    const bool has_port = port != std::string_view::npos && consists_of(text.substr(port + 1), digits) &&
                          text.size() - port <= 6;
    const auto whole = has_port ? text.substr(0, port) : text;
    if (whole == local)
        return true;
    if (!whole.starts_with(secure))
        return false;
    const auto host = whole.substr(secure.size());
    if (host.starts_with('['))
        return host.ends_with(']') && host.size() > 2 &&
               consists_of(host.substr(1, host.size() - 2), address_letters);
    return consists_of(host, name_letters);
}

bool has_length(std::string_view text, std::size_t most) {
    return !text.empty() && count_code_points(text) <= most;
}

std::optional<IntegrationMode> mode_of(std::string_view text) {
    IntegrationMode mode{};
    if (!boost::describe::enum_from_string(std::string(text).c_str(), mode))
        return std::nullopt;
    return mode;
}

// Empty where they are not right.
std::vector<std::string> scopes_of(const json::object& object) {
    const auto* value = object.if_contains("scopes");
    if (!value || !value->is_array() || value->as_array().size() > integration_scopes.size())
        return {};
    std::vector<std::string> scopes;
    for (const auto& scope : value->as_array()) {
        if (!scope.is_string())
            return {};
        scopes.emplace_back(scope.as_string());
    }
    const std::set<std::string_view> kinds(scopes.begin(), scopes.end());
    const bool known = std::all_of(kinds.begin(), kinds.end(), [](std::string_view scope) {
        return std::find(integration_scopes.begin(), integration_scopes.end(), scope) !=
               integration_scopes.end();
    });
    return known && kinds.size() == scopes.size() ? scopes : std::vector<std::string>();
}

std::optional<IntegrationClaims> read_claims(const json::object& object) {
    constexpr std::size_t usual_count = 12;
    const auto user = id_member<UserId>(object, "user_id");
    const auto tenant = id_member<OrganizationId>(object, "tenant_id");
    const auto id = id_member<IntegrationTokenId>(object, "jti");
    const auto mode = mode_of(text_member(object, "mode"));
    const auto issued = time_member(object, "iat");
    const auto expires = time_member(object, "exp");
    if (!user || !tenant || !id || !mode || !issued || !expires || *expires <= *issued ||
        time_member(object, "nbf") != issued)
        return std::nullopt;
    IntegrationClaims claims;
    claims.iss = text_member(object, "iss");
    claims.sub = text_member(object, "sub");
    claims.user_id = *user;
    claims.key_id = id_member<ApiKeyId>(object, "key_id");
    claims.tenant_id = *tenant;
    claims.mode = *mode;
    claims.origin = text_member(object, "origin");
    claims.scopes = scopes_of(object);
    claims.jti = *id;
    claims.iat = *issued;
    claims.exp = *expires;
    // Whoever's token has a member more had it from elsewhere.
    const bool whole = object.size() == usual_count + (claims.key_id ? 1 : 0) &&
                       has_length(claims.iss, 300) && has_length(claims.sub, 200) &&
                       is_origin(claims.origin) && text_member(object, "aud") == claims.origin &&
                       !claims.scopes.empty();
    return whole ? std::optional(std::move(claims)) : std::nullopt;
}

std::string write_claims(const IntegrationClaims& claims) {
    const auto seconds = [](Instant instant) {
        return std::chrono::floor<Seconds>(instant).time_since_epoch().count();
    };
    json::object object{{"iss", claims.iss}, {"sub", claims.sub}, {"user_id", claims.user_id.text()}};
    if (claims.key_id)
        object["key_id"] = claims.key_id->text();
    object["aud"] = claims.origin;
    object["tenant_id"] = claims.tenant_id.text();
    object["mode"] = boost::describe::enum_to_string(claims.mode, "");
    object["origin"] = claims.origin;
    object["scopes"] = json::array(claims.scopes.begin(), claims.scopes.end());
    object["jti"] = claims.jti.text();
    object["iat"] = seconds(claims.iat);
    object["nbf"] = seconds(claims.iat);
    object["exp"] = seconds(claims.exp);
    return json::serialize(object);
}

} // namespace

std::string sign_integration_token(const IntegrationClaims& claims, std::string_view kid, const RsaKey& key) {
    const json::object header{{"alg", "RS256"}, {"kid", kid}, {"typ", type}};
    std::string text = encode(json::serialize(header)) + '.' + encode(write_claims(claims));
    const std::string signature = key.sign(text);
    return text + '.' + encode(signature);
}

bool is_integration_token_form(std::string_view text) {
    std::array<unsigned char, 2048> room;
    json::monotonic_resource memory(room.data(), room.size());
    const auto header = decode_header(text, &memory);
    return header && text_member(*header, "typ") == type;
}

std::optional<ReadToken> read_integration_token(std::string_view text) {
    std::array<unsigned char, 8192> room;
    json::monotonic_resource memory(room.data(), room.size());
    const auto first = text.find('.');
    const auto last = text.rfind('.');
    const auto header = decode_header(text, &memory);
    if (!header || first == last || text.find('.', first + 1) != last)
        return std::nullopt;
    // Whoever names another algorithm or an extension gets no further.
    if (header->size() != 3 || text_member(*header, "alg") != "RS256" ||
        text_member(*header, "typ") != type || !is_kid(text_member(*header, "kid")))
        return std::nullopt;
    auto signature = decode_base64url(text.substr(last + 1));
    const auto object = decode_object(text.substr(first + 1, last - first - 1), &memory);
    auto claims = object ? read_claims(*object) : std::nullopt;
    if (!claims || !signature || signature->empty())
        return std::nullopt;
    return ReadToken{std::string(text_member(*header, "kid")), *std::move(claims),
                     std::string(text.substr(0, last)), *std::move(signature)};
}

bool verify_integration_token(const ReadToken& token, const RsaPublicKey& key) {
    return key.verifies(token.signing_input, token.signature);
}

} // namespace xentree
