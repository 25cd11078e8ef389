#include "features/integration_tokens/token_verifier.h"

#include "features/integration_tokens/token_store.h"
#include "features/organizations/memberships.h"
#include "http/web_origin.h"

namespace xentree {

namespace store = integration_token_store;

namespace {

struct Found {
    bool is_visible; // its organization, to who asks
    store::Standing standing;
};

bool sees(Reader& db, const Caller& caller, OrganizationId organization) {
    return caller.bound_to().value_or(organization) == organization &&
           find_role(db, caller.user, organization).has_value();
}

bool is_of(const IntegrationClaims& claims, const Omittable<std::string>& tenant) {
    return !tenant || OrganizationId::parse(*tenant) == claims.tenant_id;
}

bool is_bound_to(const IntegrationClaims& claims, std::string_view origin) {
    return canonical_origin(origin) == claims.origin;
}

// A page's token is good in that page only; a server sends no Origin.
bool may_come_from(const IntegrationClaims& claims, const std::string& origin) {
    if (claims.mode == IntegrationMode::api && origin.empty())
        return true;
    return is_bound_to(claims, origin);
}

// The clocks of two nodes may differ by so much.
constexpr Seconds clock_difference{5};

bool is_too_early(const IntegrationClaims& claims, Instant now) {
    return now + clock_difference < claims.iat;
}

// What is wrong with a token whose signature holds, apart from its tenant and its origin.
std::optional<IntegrationTokenFault> judge(const IntegrationClaims& claims, const store::Standing& standing,
                                           Instant now) {
    using enum IntegrationTokenFault;
    if (is_too_early(claims, now))
        return not_yet_valid;
    if (now >= claims.exp)
        return expired;
    if (standing.revoked_at)
        return revoked;
    if (!standing.acts(now))
        return inactive;
    return std::nullopt;
}

// A token that was ended is invalid, also when its time is over.
std::optional<ErrorCode> refusal(const IntegrationClaims& claims, const store::Standing& standing,
                                 Instant now) {
    const bool is_forgotten = !standing.is_known() && now >= claims.exp + TokenVerifier::kept_for;
    if (is_too_early(claims, now) || standing.revoked_at || !(standing.acts(now) || is_forgotten))
        return ErrorCode::invalid_token;
    return now >= claims.exp ? std::optional(ErrorCode::token_expired) : std::nullopt;
}

void fill(IntegrationVerifyResponse& answer, const IntegrationClaims& claims) {
    answer.jti = claims.jti;
    answer.tenantId = claims.tenant_id;
    answer.mode = claims.mode;
    answer.origin = claims.origin;
    answer.scopes = claims.scopes;
    answer.subject = subject_of(claims);
    answer.issuedAt = claims.iat;
    answer.expiresAt = claims.exp;
}

} // namespace

std::optional<std::string> subject_of(const IntegrationClaims& claims) {
    return claims.sub == claims.user_id.text() ? std::nullopt : std::optional(claims.sub);
}

std::optional<ReadToken> TokenVerifier::read_own(std::string_view token) const {
    auto read = read_integration_token(token);
    return read && read->claims.iss == parts_.issuer ? std::move(read) : std::nullopt;
}

Task<std::optional<IntegrationClaims>> TokenVerifier::read_genuine(std::string token) {
    auto read = read_own(token);
    if (!read)
        co_return std::nullopt;
    const auto key = co_await parts_.keys.find(read->claims.tenant_id, read->kid);
    if (!key || !verify_integration_token(*read, *key))
        co_return std::nullopt;
    co_return std::move(read->claims);
}

Task<IntegrationVerifyResponse> TokenVerifier::verify(Caller caller, IntegrationVerifyRequest request) {
    using enum IntegrationTokenFault;
    IntegrationVerifyResponse answer;
    const auto read = read_own(request.token);
    if (!read) {
        answer.reason = malformed;
        co_return answer;
    }
    const IntegrationClaims& claims = read->claims;
    const auto key = co_await parts_.keys.find(claims.tenant_id, read->kid);
    const bool is_genuine = key && verify_integration_token(*read, *key);
    const Found found = co_await parts_.database.read([&](Reader& db) {
        return Found{sees(db, caller, claims.tenant_id),
                     store::find_standing(db, claims.tenant_id, claims.jti)};
    });
    if (is_genuine)
        fill(answer, claims);
    if (!found.is_visible || !is_of(claims, request.tenantId))
        answer.reason = wrong_tenant;
    else if (!is_genuine)
        answer.reason = key ? bad_signature : unknown_key;
    else
        answer.reason = judge(claims, found.standing, parts_.clock.now());
    if (!answer.reason && request.origin && !is_bound_to(claims, *request.origin))
        answer.reason = wrong_origin;
    answer.valid = !answer.reason;
    co_return answer;
}

bool TokenVerifier::recognizes(std::string_view token) const {
    return is_integration_token_form(token);
}

Task<Caller> TokenVerifier::authenticate_integration(std::string token, Visitor visitor) {
    const auto genuine = co_await read_genuine(std::move(token));
    if (!genuine)
        throw ApiError(ErrorCode::invalid_token);
    const auto standing = co_await parts_.database.read(
        [&](Reader& db) { return store::find_standing(db, genuine->tenant_id, genuine->jti); });
    if (const auto code = refusal(*genuine, standing, parts_.clock.now()))
        throw ApiError(*code);
    if (!may_come_from(*genuine, visitor.origin))
        throw ApiError(ErrorCode::wrong_origin);
    Caller caller; // its role stays `user`: nothing that is for platform admins is open to a token
    static_cast<Visitor&>(caller) = std::move(visitor);
    caller.user = genuine->user_id;
    caller.plan = standing.plan.value();
    caller.token = TokenGrant{genuine->jti, genuine->tenant_id, genuine->scopes};
    co_return caller;
}

void TokenVerifier::forget_old(Writer& db) const {
    store::erase_expired(db, parts_.clock.now() - kept_for);
}

} // namespace xentree
