#include "features/connectors/consent_flows.h"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "features/connectors/sealed_tokens.h"
#include "features/connectors/store.h"
#include "security/digest.h"

namespace xentree {

namespace {

constexpr std::chrono::minutes life{10};
constexpr std::int64_t most_open = 10; // flows of a user
constexpr std::string_view cookie_name = "xntr_oauth";

std::string purpose_of(flow_store::FlowId flow) {
    return "consent flow " + flow.text();
}

ApiError bad_state() {
    return ApiError({Fault{"state", "is unknown, spent, too old or of another browser"}});
}

void check_form(const FlowEnd& end) {
    if (!end.code && !end.error)
        throw ApiError({Fault{"code", "is required without error"}});
    if (end.code && end.error)
        throw ApiError({Fault{"code", "comes without error only"}});
}

// Browsers keep a Secure cookie of http://localhost too, but not all of them.
bool is_local(const std::string& public_url) {
    const auto parsed = boost::urls::parse_uri(public_url);
    if (!parsed || parsed->scheme() != "http")
        return false;
    const std::string host = parsed->host();
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

std::string with_outcome(const std::string& return_url, ConnectorProvider provider, std::string_view status) {
    boost::urls::url url(return_url);
    url.params().append({"integration", boost::describe::enum_to_string(provider, "")});
    url.params().append({"status", status});
    return url.buffer();
}

} // namespace

Task<ConsentFlows::Started> ConsentFlows::start(Caller caller, ConnectorProvider provider_id,
                                                std::optional<std::string> return_url) {
    const auto& allowed = parts_.return_urls;
    if (return_url && std::find(allowed.begin(), allowed.end(), *return_url) == allowed.end())
        throw ApiError({Fault{"redirect_uri", "is not on the list of allowed addresses"}});
    const OAuthProvider& provider = parts_.providers.configured(provider_id);
    const Instant now = parts_.clock.now();
    const std::string state = make_random_secret();
    const std::string verifier = make_random_secret();
    const std::string cookie = make_random_secret();
    flow_store::Flow flow;
    flow.id = flow_store::FlowId::make(now);
    flow.user = caller.user;
    flow.session = caller.session;
    flow.provider = provider_id;
    flow.cookie_hash = sha256(cookie);
    flow.sealed_verifier = Blob{parts_.master_key.seal(verifier, purpose_of(flow.id))};
    flow.return_url = return_url.value_or(allowed.front());
    flow.expires = now + life;
    co_await parts_.database.write([&](Writer& db) {
        if (!connections_store::is_active(db, caller.user)) // or deleted, since it was authenticated
            throw ApiError(credential_ended(caller));
        flow_store::insert(db, flow, sha256(state));
        flow_store::keep_newest(db, caller.user, most_open);
    });
    const std::string uri = redirect_uri(provider), challenge = pkce_challenge(verifier);
    const OAuthClient client(provider, parts_.clock, parts_.timeout);
    Started started;
    started.response = {client.authorization_url({uri, state, challenge}), state, flow.expires};
    started.cookie = cookie_header(cookie);
    co_return started;
}

std::string ConsentFlows::redirect_uri(const OAuthProvider& provider) const {
    return fmt::format("{}/api/integrations/{}/callback", parts_.public_url, provider.path);
}

std::string ConsentFlows::cookie_header(const std::string& value) const {
    return fmt::format("{}={}; Path=/api/integrations; Max-Age={}; HttpOnly; SameSite=Lax{}", cookie_name,
                       value, Seconds(life).count(), is_local(parts_.public_url) ? "" : "; Secure");
}

Task<std::string> ConsentFlows::finish(Visitor visitor, Returned returned) {
    check_form(returned.end);
    parts_.providers.configured(returned.provider);
    const FlowEnd end = returned.end;
    const flow_store::Flow flow = co_await take(std::move(returned));
    const Outcome outcome = co_await conclude(std::move(visitor), flow, end);
    const std::string_view status = outcome == Outcome::connected ? "connected"
                                    : outcome == Outcome::denied  ? "denied"
                                                                  : "failed";
    co_return with_outcome(flow.return_url, flow.provider, status);
}

// The state is spent whatever is wrong with it; a throw inside the write would bring it back.
Task<flow_store::Flow> ConsentFlows::take(Returned returned) {
    const Digest state_hash = sha256(returned.end.state);
    const auto flow =
        co_await parts_.database.write([&](Writer& db) { return flow_store::take(db, state_hash); });
    if (!flow || flow->provider != returned.provider || flow->expires <= parts_.clock.now() ||
        !returned.cookie || sha256(*returned.cookie) != flow->cookie_hash)
        throw bad_state();
    co_return *flow;
}

Task<ConsentFlows::Outcome> ConsentFlows::conclude(Visitor visitor, flow_store::Flow flow, FlowEnd end) {
    if (end.error)
        co_return *end.error == "access_denied" ? Outcome::denied : Outcome::failed;
    const bool is_active = co_await parts_.database.read(
        [&](Reader& db) { return connections_store::is_active(db, flow.user); });
    if (!is_active)
        co_return Outcome::failed;
    co_return co_await exchange(std::move(visitor), std::move(flow), *end.code);
}

Task<ConsentFlows::Outcome> ConsentFlows::exchange(Visitor visitor, flow_store::Flow flow, std::string code) {
    const OAuthProvider& provider = parts_.providers.of(flow.provider);
    auto verifier = parts_.master_key.open(flow.sealed_verifier.bytes, purpose_of(flow.id));
    if (!verifier)
        co_return Outcome::failed;
    const OAuthClient client(provider, parts_.clock, parts_.timeout);
    OAuthClient::CodeExchange wanted{std::move(code), *std::move(verifier), redirect_uri(provider)};
    TokenAnswer answer = GrantRefusal{};
    try {
        answer = co_await client.exchange(std::move(wanted));
    } catch (const ApiError&) {
        // The log has it. The browser cannot do more than start again.
    }
    const auto* tokens = std::get_if<TokenSet>(&answer);
    if (!tokens)
        co_return Outcome::failed;
    co_return co_await parts_.database.write([&](Writer& db) { return store(db, visitor, flow, *tokens); });
}

ConsentFlows::Outcome ConsentFlows::store(Writer& db, const Visitor& visitor, const flow_store::Flow& flow,
                                          const TokenSet& tokens) const {
    namespace rows = connections_store;
    const Instant now = parts_.clock.now();
    StoredTokens kept{tokens.access_token, tokens.refresh_token, tokens.access_expires};
    if (!rows::is_active(db, flow.user)) { // no longer; nobody can use this consent
        parts_.revocations.put(db, flow.provider, kept.root());
        return Outcome::failed;
    }
    const OAuthProvider& provider = parts_.providers.of(flow.provider);
    const auto known = rows::find(db, flow.user, flow.provider);
    const ConnectionId id = known ? known->shown.id : ConnectionId::make(now);
    const auto scopes = tokens.scopes.value_or(provider.scopes);
    const bool is_enough = std::find(scopes.begin(), scopes.end(), provider.needed_scope) != scopes.end();
    rows::Consent consent{is_enough ? ConnectionStatus::connected : ConnectionStatus::needs_reauth,
                          tokens.email,
                          {seal_tokens(parts_.master_key, id, kept), scopes},
                          now,
                          std::nullopt};
    if (!is_enough)
        consent.error = "The consent lacks the right that " + provider.name + " is connected for.";
    if (known)
        rows::renew(db, {flow.user, id, known->version}, consent);
    else
        rows::insert(db, {id, flow.user, flow.provider}, consent);
    Caller user;
    static_cast<Visitor&>(user) = visitor;
    user.user = flow.user;
    user.session = flow.session;
    parts_.audit.note(db, user,
                      {"connection.linked",
                       std::nullopt,
                       id.text(),
                       {{"provider", boost::describe::enum_to_string(flow.provider, "")},
                        {"status", boost::describe::enum_to_string(consent.status, "")}}});
    return is_enough ? Outcome::connected : Outcome::denied;
}

void ConsentFlows::forget_old(Writer& db) const {
    flow_store::forget_expired(db, parts_.clock.now());
}

} // namespace xentree
