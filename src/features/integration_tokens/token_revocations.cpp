#include "features/integration_tokens/token_revocations.h"

#include "features/integration_tokens/token_store.h"
#include "features/organizations/memberships.h"

namespace xentree {

namespace store = integration_token_store;

namespace {

std::optional<store::KnownToken> find_known(Reader& db, const NamedToken& token) {
    const auto id = IntegrationTokenId::parse(token.jti);
    return id ? store::find(db, token.organization, *id) : std::nullopt;
}

std::optional<UserId> user_of(Reader& db, const NamedToken& token) {
    if (token.claims)
        return token.claims->user_id;
    const auto known = find_known(db, token);
    return known ? std::optional(known->user) : std::nullopt;
}

IntegrationRevokeResponse to_response(const IntegrationTokenRevocationItem& item, bool was_there) {
    return {true, item.jti, item.tenantId, item.reason, item.revokedAt, was_there};
}

} // namespace

NamedToken NamedToken::of(const IntegrationClaims& claims) {
    return {claims.tenant_id, claims.jti.text(), claims};
}

NamedToken NamedToken::of(OrganizationId organization, const std::string& jti) {
    const auto id = IntegrationTokenId::parse(jti);
    return {organization, id ? id->text() : jti, std::nullopt};
}

void TokenRevocations::check(const boost::json::object& body, std::vector<Fault>& faults) {
    const bool by_token = body.contains("integrationToken");
    const bool by_id = body.contains("jti");
    const bool is_one_form = by_token ? !by_id : by_id && body.contains("tenantId");
    if (!is_one_form)
        faults.push_back({"", "give integrationToken, or tenantId and jti"});
}

Task<IntegrationRevokeResponse> TokenRevocations::revoke(Caller caller, IntegrationRevokeRequest request) {
    std::optional<IntegrationClaims> genuine;
    if (request.integrationToken) {
        genuine = co_await parts_.verifier.read_genuine(*request.integrationToken);
        if (!genuine)
            throw ApiError({Fault{"/integrationToken", "is no integration token of this API"}});
    }
    const auto named = request.tenantId ? OrganizationId::parse(*request.tenantId)
                                        : std::optional(genuine.value().tenant_id);
    if (!named)
        throw ApiError::absent("organization");
    const NamedToken token = genuine ? NamedToken::of(*genuine) : NamedToken::of(*named, *request.jti);
    const auto reason = request.reason ? std::optional(*request.reason) : std::nullopt;
    co_return co_await parts_.database.write([&](Writer& db) {
        require_member(db, caller, *named);
        if (token.organization != *named)
            throw ApiError({Fault{"/tenantId", "is not the organization of the token"}});
        require_revoker(db, caller, token);
        return put(db, caller, token, reason);
    });
}

void TokenRevocations::require_revoker(Reader& db, const Caller& caller, const NamedToken& token) const {
    const OrganizationRole role = require_member(db, caller, token.organization);
    if (!allows(role, Action::revoke_integration_tokens) && user_of(db, token) != caller.user)
        throw ApiError(ErrorCode::forbidden,
                       "Only owners and admins of the organization revoke tokens that do "
                       "not act for them.");
}

IntegrationRevokeResponse TokenRevocations::put(Writer& db, const Caller& caller, const NamedToken& token,
                                                std::optional<std::string> reason) const {
    if (const auto earlier = store::find_revocation(db, token.organization, token.jti))
        return to_response(*earlier, true);
    const auto expires = expiry_of(db, token);
    if (!expires)
        require_room(db, token.organization);
    const IntegrationTokenRevocationItem made{token.jti,   token.organization, std::move(reason),
                                              caller.user, parts_.clock.now(), expires};
    store::insert_revocation(db, made);
    parts_.audit.note(db, caller, {"integration_token.revoked", token.organization, token.jti, {}});
    return to_response(made, false);
}

std::optional<Instant> TokenRevocations::expiry_of(Reader& db, const NamedToken& token) const {
    if (token.claims)
        return token.claims->exp;
    const auto known = find_known(db, token);
    return known ? std::optional(known->expires_at) : std::nullopt;
}

// So that nobody fills the list with made-up ids.
void TokenRevocations::require_room(Reader& db, OrganizationId organization) const {
    const auto in_the_way = store::find_unknown_revocation(db, organization, most_unknown);
    if (!in_the_way)
        return;
    const auto wait = std::chrono::ceil<Seconds>(*in_the_way + kept_for - parts_.clock.now());
    throw ApiError::retry_later(ErrorCode::rate_limited, std::max(wait, Seconds(1)),
                                "The organization has revoked too many tokens that are not known here.");
}

Task<Page<IntegrationTokenRevocationItem>> TokenRevocations::list(std::optional<OrganizationId> organization,
                                                                  PageRequest page) {
    auto found = co_await parts_.database.read([&](Reader& db) {
        if (organization && !store::has_organization(db, *organization))
            throw ApiError::absent("organization");
        return store::list_revocations(db, organization, page);
    });
    co_return make_page(std::move(found), page, store::position_of);
}

void TokenRevocations::forget_old(Writer& db) const {
    store::erase_revocations(db, parts_.clock.now() - kept_for);
}

} // namespace xentree
