#include "features/integration_tokens/token_grants.h"

#include <algorithm>

#include "features/integration_tokens/token_store.h"
#include "features/organizations/memberships.h"
#include "http/web_origin.h"

namespace xentree {

namespace store = integration_token_store;

BOOST_DESCRIBE_STRUCT(TokenGrants::Issued, (), (kid, claims, previous_jti, previous_revoked))

namespace {

// The scope that an API key needs to grant one; empty where it needs no more than integrations:write.
std::string_view scope_behind(std::string_view granted) {
    if (granted == "chat:write")
        return "conversations:write";
    if (granted == "knowledge:read")
        return "rag:read";
    if (granted == "profile:read" || granted == "quota:read")
        return "";
    return granted;
}

void require_scopes_behind(const Caller& caller, const std::vector<std::string>& granted) {
    for (const auto& scope : granted) {
        if (const auto behind = scope_behind(scope); !behind.empty())
            require_scope(caller, behind);
    }
}

void require_issuer(Reader& db, const Caller& caller, OrganizationId organization) {
    if (!allows(require_member(db, caller, organization), Action::issue_integration_tokens))
        throw ApiError(ErrorCode::forbidden, "Only owners and admins of the organization issue grants.");
}

boost::json::object shown(const IntegrationClaims& claims) {
    return {{"scopes", boost::json::array(claims.scopes.begin(), claims.scopes.end())},
            {"origin", claims.origin},
            {"mode", to_json(claims.mode)},
            {"expires_at", to_json(claims.exp)}};
}

void fill(IntegrationGrantResponse& answer, std::string token, const TokenGrants::Issued& issued) {
    const IntegrationClaims& claims = issued.claims;
    answer.token = std::move(token);
    answer.jti = claims.jti;
    answer.kid = issued.kid;
    answer.tenantId = claims.tenant_id;
    answer.mode = claims.mode;
    answer.origin = claims.origin;
    answer.scopes = claims.scopes;
    answer.subject = subject_of(claims);
    answer.issuedAt = claims.iat;
    answer.expiresAt = claims.exp;
    answer.expiresIn = std::chrono::duration_cast<Seconds>(claims.exp - claims.iat).count();
}

template<class T>
std::optional<T> optional_of(const Omittable<T>& value) {
    return value ? std::optional(*value) : std::nullopt;
}

} // namespace

void TokenGrants::check_grant(const boost::json::object& body, std::vector<Fault>& faults) {
    const auto* origin = body.if_contains("origin");
    const bool is_told = std::any_of(faults.begin(), faults.end(),
                                     [](const Fault& fault) { return fault.field == "/origin"; });
    if (origin && origin->is_string() && !is_told && !canonical_origin(origin->as_string()))
        faults.push_back({"/origin", "has no host name or port that there can be"});
}

void TokenGrants::check_rotation(const boost::json::object& body, std::vector<Fault>& faults) {
    check_grant(body, faults);
    if (body.contains("integrationToken") && body.contains("previousJti"))
        faults.push_back({"", "give integrationToken or previousJti, not both"});
}

Task<IntegrationGrantResponse> TokenGrants::grant(Caller caller, IntegrationGrantRequest request) {
    Signed made = co_await issue(std::move(caller), std::move(request), Previous());
    IntegrationGrantResponse answer;
    fill(answer, std::move(made.token), made.issued);
    co_return answer;
}

Task<IntegrationRotateResponse> TokenGrants::rotate(Caller caller, IntegrationRotateRequest request) {
    Previous previous{std::nullopt, optional_of(request.previousJti), request.revokePrevious,
                      optional_of(request.reason)};
    if (request.integrationToken) {
        previous.claims = co_await parts_.verifier.read_genuine(*request.integrationToken);
        if (!previous.claims)
            throw ApiError({Fault{"/integrationToken", "is no integration token of this API"}});
    }
    Signed made = co_await issue(std::move(caller), std::move(request), std::move(previous));
    IntegrationRotateResponse answer;
    fill(answer, std::move(made.token), made.issued);
    answer.previousJti = std::move(made.issued.previous_jti);
    answer.previousRevoked = made.issued.previous_revoked;
    co_return answer;
}

Task<TokenGrants::Signed> TokenGrants::issue(Caller caller, IntegrationGrantRequest request,
                                             Previous previous) {
    require_scopes_behind(caller, request.scopes);
    // Before anything is signed, or a key made for it; and once more in the transaction that counts.
    const OrganizationId organization = co_await parts_.database.read([&](Reader& db) {
        const auto own =
            caller.bound_to() ? caller.bound_to() : store::find_default_organization(db, caller.user);
        const auto issuer = request.tenantId ? std::optional(*request.tenantId) : own;
        if (!issuer)
            throw ApiError(credential_ended(caller));
        require_issuer(db, caller, *issuer);
        return *issuer;
    });
    const IntegrationClaims claims = make_claims(caller, organization, request);
    SignedToken made = co_await parts_.keys.sign(organization, claims);

    Issued issued = co_await parts_.database.write([&](Writer& db) {
        if (previous.claims)
            require_member(db, caller, previous.claims->tenant_id);
        require_issuer(db, caller, organization);
        return write_down(db, caller, {made.kid, claims, std::nullopt}, previous);
    });
    if (issued.claims.jti == claims.jti)
        co_return Signed{std::move(made.token), std::move(issued)};
    auto again = co_await parts_.keys.sign_again(issued.claims.tenant_id, issued.kid, issued.claims);
    if (!again)
        throw ApiError(ErrorCode::conflict,
                       "The key that signed the first answer was withdrawn; take another "
                       "Idempotency-Key.");
    co_return Signed{*std::move(again), std::move(issued)};
}

IntegrationClaims TokenGrants::make_claims(const Caller& caller, OrganizationId organization,
                                           const IntegrationGrantRequest& request) const {
    const Instant now = parts_.clock.now();
    IntegrationClaims claims;
    claims.iss = parts_.verifier.issuer();
    claims.sub = request.subject.value_or(caller.user.text());
    claims.user_id = caller.user;
    if (caller.key)
        claims.key_id = caller.key->id;
    claims.tenant_id = organization;
    claims.mode = request.mode;
    claims.origin = canonical_origin(request.origin).value();
    claims.scopes = request.scopes;
    claims.jti = IntegrationTokenId::make(now);
    claims.iat = std::chrono::floor<Seconds>(now);
    claims.exp = claims.iat + Seconds(request.ttlSeconds);
    return claims;
}

// The new token and the end of the old one, both or neither.
TokenGrants::Issued TokenGrants::write_down(Writer& db, const Caller& caller, Issued made,
                                            const Previous& previous) const {
    std::optional<NamedToken> old;
    if (previous.claims)
        old = NamedToken::of(*previous.claims);
    else if (previous.jti)
        old = NamedToken::of(made.claims.tenant_id, *previous.jti);
    if (old && previous.is_to_go)
        parts_.revocations.require_revoker(db, caller, *old);
    return parts_.idempotency.once_while_good<Issued>(db, caller, caller.identity(), [&] {
        const IntegrationClaims& claims = made.claims;
        store::insert(db, claims);
        parts_.audit.note(db, caller,
                          {old ? "integration_token.rotated" : "integration_token.issued", claims.tenant_id,
                           claims.jti.text(), shown(claims)});
        if (old) {
            made.previous_jti = old->jti;
            if (previous.is_to_go)
                parts_.revocations.put(db, caller, *old, previous.reason);
            made.previous_revoked = store::find_revocation(db, old->organization, old->jti).has_value();
        }
        return Idempotency::GoodUntil<Issued>{made, claims.exp};
    });
}

} // namespace xentree
