#include "features/connectors/oauth.h"

#include <fmt/ranges.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "base/text.h"
#include "features/connectors/id_token.h"
#include "security/digest.h"

namespace xentree {

namespace {

constexpr std::size_t answer_limit = 64 * 1024; // bytes
constexpr std::size_t token_limit = 16 * 1024;
constexpr std::size_t most_scopes = 50;  // of the contract
constexpr std::size_t scope_limit = 300; // of the contract
// RFC 6749 only recommends that the provider tells.
constexpr std::int64_t usual_life = 3'600;
constexpr std::int64_t longest_life = 366 * 86'400;

// A token goes into a header, so it has no more than RFC 6749 (appendix A.12) gives it.
bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= token_limit &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::vector<std::string> split_scopes(std::string_view text) {
    std::vector<std::string> scopes;
    while (!text.empty() && scopes.size() < most_scopes) {
        const auto end = std::min(text.find(' '), text.size());
        const std::string scope(first_code_points(text.substr(0, end), scope_limit));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!scope.empty() && std::find(scopes.begin(), scopes.end(), scope) == scopes.end())
            scopes.push_back(scope);
    }
    return scopes;
}

std::int64_t life_of(const boost::json::object& answer) {
    const auto* member = answer.if_contains("expires_in");
    boost::system::error_code error;
    if (member && member->is_number())
        if (const auto life = member->to_number<std::int64_t>(error); !error && life >= 0)
            return std::min(life, longest_life);
    return usual_life;
}

// RFC 6749 has one code for all ends of a grant; only the words tell a withdrawal, and those that leave it
// open ("expired or revoked") tell none.
bool tells_of_withdrawal(std::string_view description) {
    const std::string words = ascii_lower(description);
    return words.find("revoked") != std::string::npos && words.find("expired") == std::string::npos;
}

} // namespace

std::string make_random_secret() {
    std::array<std::uint8_t, 32> bytes;
    randombytes_buf(bytes.data(), bytes.size());
    return encode_base64url(bytes);
}

std::string pkce_challenge(std::string_view verifier) {
    return encode_base64url(sha256(verifier));
}

std::string OAuthClient::authorization_url(const Authorization& wanted) const {
    const std::string scopes = fmt::format("{}", fmt::join(provider_.scopes, " "));
    FormFields fields{{"response_type", "code"},
                      {"client_id", provider_.client_id},
                      {"redirect_uri", wanted.redirect_uri},
                      {"scope", scopes},
                      {"state", wanted.state},
                      {"code_challenge", wanted.challenge},
                      {"code_challenge_method", "S256"}};
    fields.insert(fields.end(), provider_.parameters.begin(), provider_.parameters.end());
    const bool has_query = provider_.authorization_url.find('?') != std::string::npos;
    return provider_.authorization_url + (has_query ? "&" : "?") + encode_fields(fields);
}

Task<TokenAnswer> OAuthClient::exchange(CodeExchange wanted) const {
    std::string form = encode_fields({{"grant_type", "authorization_code"},
                                      {"code", wanted.code},
                                      {"code_verifier", wanted.verifier},
                                      {"redirect_uri", wanted.redirect_uri},
                                      {"client_id", provider_.client_id},
                                      {"client_secret", provider_.client_secret}});
    co_return co_await ask(std::move(form));
}

Task<TokenAnswer> OAuthClient::refresh(std::string refresh_token) const {
    std::string form = encode_fields({{"grant_type", "refresh_token"},
                                      {"refresh_token", refresh_token},
                                      {"client_id", provider_.client_id},
                                      {"client_secret", provider_.client_secret}});
    co_return co_await ask(std::move(form));
}

Task<void> OAuthClient::revoke(std::string token) const {
    // Google wants the token alone; RFC 7009 lets a client say who it is.
    std::string form = encode_fields(
        {{"token", token}, {"client_id", provider_.client_id}, {"client_secret", provider_.client_secret}});
    const ProviderAnswer answer = co_await post(provider_.revocation_url, std::move(form), "revocation");
    const bool is_done = answer.status == 200 || answer.status == 400; // 400: it knows no such token
    if (!is_done)
        throw unexpected_answer(answer, provider_.name + ", revocation");
}

Task<ProviderAnswer> OAuthClient::post(std::string url, std::string form, std::string_view what) const {
    OutboundRequest request;
    request.method = "POST";
    request.url = std::move(url);
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    request.body = std::move(form);
    request.connect_timeout = std::min(request.connect_timeout, timeout_);
    request.silence_timeout = timeout_;
    request.total_timeout = timeout_;
    request.response_limit = answer_limit;
    std::string where = fmt::format("{}, {}", provider_.name, what);
    co_return co_await call_provider(std::move(request), std::move(where));
}

Task<TokenAnswer> OAuthClient::ask(std::string form) const {
    const ProviderAnswer answer = co_await post(provider_.token_url, std::move(form), "tokens");
    const std::string what = provider_.name + ", tokens";
    if (answer.status == 400 || answer.status == 401) {
        const auto refusal = parse_object(answer.body);
        if (refusal && string_member(*refusal, "error") == "invalid_grant")
            co_return GrantRefusal{tells_of_withdrawal(string_member(*refusal, "error_description"))};
    }
    if (answer.status != 200)
        throw unexpected_answer(answer, what);
    auto tokens = read_tokens(answer.body);
    if (!tokens)
        throw unreadable_answer(what);
    co_return *std::move(tokens);
}

std::optional<TokenSet> OAuthClient::read_tokens(std::string_view body) const {
    const auto answer = parse_object(body);
    if (!answer || ascii_lower(string_member(*answer, "token_type")) != "bearer")
        return std::nullopt;
    TokenSet tokens;
    tokens.access_token = string_member(*answer, "access_token");
    if (!is_token(tokens.access_token))
        return std::nullopt;
    std::string refresh_token = string_member(*answer, "refresh_token");
    if (is_token(refresh_token))
        tokens.refresh_token = std::move(refresh_token);
    tokens.access_expires = clock_.now() + Seconds(life_of(*answer));
    const std::string scope = string_member(*answer, "scope"); // may be left out: RFC 6749, section 5.1
    if (!scope.empty())
        tokens.scopes = split_scopes(scope);
    tokens.email = email_of_id_token(string_member(*answer, "id_token"));
    return tokens;
}

} // namespace xentree
