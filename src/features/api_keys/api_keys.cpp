#include "features/api_keys/api_keys.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "features/organizations/memberships.h"
#include "http/client_address.h"
#include "security/api_key.h"
#include "security/digest.h"

namespace xentree {

namespace store = api_keys_store;

namespace {

constexpr std::size_t most_ranges = 50;    // of allowed_ips; the contract refuses more
constexpr std::size_t shown_at_start = 12; // characters
constexpr std::size_t shown_at_end = 4;

// Needs Action::make_strong_keys.
bool is_strong(std::string_view scope) {
    return scope == "organizations:write" || scope.starts_with("api:");
}

std::vector<std::string> in_shown_order(const std::vector<std::string>& scopes) {
    const std::set<std::string_view> wanted(scopes.begin(), scopes.end());
    std::vector<std::string> ordered;
    for (const std::string_view scope : api_key_scopes) {
        if (wanted.contains(scope))
            ordered.emplace_back(scope);
    }
    return ordered;
}

std::vector<std::string> canonical_ranges(const std::vector<std::string>& ranges) {
    return AddressRanges::parse(fmt::format("{}", fmt::join(ranges, " "))).texts();
}

void check_role(OrganizationRole role, const std::vector<std::string>& scopes) {
    if (!allows(role, Action::make_strong_keys) && std::any_of(scopes.begin(), scopes.end(), is_strong))
        throw ApiError(ErrorCode::forbidden,
                       "Your role in this organization does not allow keys with these scopes.");
}

boost::json::object details_of(const APIKeyResponse& key) {
    boost::json::object details;
    details["scopes"] = to_json(key.scopes);
    details["expires_at"] = to_json(key.expires_at);
    details["is_bound_to_addresses"] = !key.allowed_ips.empty();
    return details;
}

std::optional<UserId> seen_keys_of(const Caller& caller) {
    return caller.role == PlatformRole::admin ? std::nullopt : std::optional(caller.user);
}

void check_ranges(const boost::json::object& body, std::vector<Fault>& faults) {
    const auto* ranges = body.if_contains("allowed_ips");
    if (!ranges || !ranges->is_array() || ranges->as_array().size() > most_ranges)
        return;
    std::size_t index = 0;
    for (const auto& range : ranges->as_array()) {
        const std::size_t place = index++;
        if (!range.is_string())
            continue;
        const std::string_view text = range.as_string();
        if (text.find_first_not_of("0123456789ABCDEFabcdef:./") != std::string_view::npos)
            continue; // the pattern's fault
        try {
            AddressRanges::parse(text);
        } catch (const std::runtime_error&) {
            faults.push_back({fmt::format("/allowed_ips/{}", place),
                              "is no IP address and no range of addresses, such as 192.0.2.0/24"});
        }
    }
}

} // namespace

void ApiKeys::check(const boost::json::object& body, std::vector<Fault>& faults) const {
    check_ranges(body, faults);
    const auto* expiry = body.if_contains("expires_at");
    const auto expires = expiry && expiry->is_string() ? parse_instant(expiry->as_string()) : std::nullopt;
    if (expires && *expires <= parts_.clock.now())
        faults.push_back({"/expires_at", "must be in the future"});
}

Task<APIKeyResponse> ApiKeys::create(Caller caller, APIKeyCreateRequest request) {
    const Instant now = parts_.clock.now();
    const std::string secret = make_api_key();
    APIKeyResponse made;
    made.id = ApiKeyId::make(now);
    made.name = request.name;
    made.prefix = secret.substr(0, shown_at_start);
    made.last_four = secret.substr(secret.size() - shown_at_end);
    made.organization_id = request.organization_id;
    made.scopes = in_shown_order(request.scopes);
    made.allowed_ips = canonical_ranges(request.allowed_ips);
    made.created_by = caller.user;
    made.created_at = now;
    if (request.expires_at)
        made.expires_at = *request.expires_at;

    auto answer = co_await parts_.database.write([&](Writer& db) {
        check_role(require_member(db, caller, made.organization_id), made.scopes);
        return parts_.idempotency.once<APIKeyResponse>(db, caller, caller.identity(), [&] {
            store::insert(db, made, sha256(secret));
            parts_.audit.note(db, caller,
                              {"api_key.created", made.organization_id, made.id.text(), details_of(made)});
            return made;
        });
    });
    if (answer.id == made.id)
        answer.key = secret;
    co_return answer;
}

Task<Page<APIKeyResponse>> ApiKeys::list(Caller caller, PageRequest page) {
    const auto maker = seen_keys_of(caller);
    auto found = co_await parts_.database.read([&](Reader& db) { return store::list(db, maker, page); });
    co_return make_page(std::move(found), page, store::position_of);
}

Task<void> ApiKeys::remove(Caller caller, ApiKeyId id) {
    const auto maker = seen_keys_of(caller);
    co_await parts_.database.write([&](Writer& db) { note_end(db, caller, store::erase(db, maker, id)); });
}

Task<Page<APIKeyResponse>> ApiKeys::list_of(Caller caller, OrganizationId organization, PageRequest page) {
    auto found = co_await parts_.database.read([&](Reader& db) {
        require(db, caller, organization, Action::manage_keys);
        return store::list_of(db, organization, page);
    });
    co_return make_page(std::move(found), page, store::position_of);
}

Task<void> ApiKeys::remove_of(Caller caller, OrganizationId organization, ApiKeyId id) {
    co_await parts_.database.write([&](Writer& db) {
        require(db, caller, organization, Action::manage_keys);
        note_end(db, caller, store::erase_of(db, organization, id));
    });
}

void ApiKeys::note_end(Writer& db, const Caller& caller, const std::optional<store::Erased>& erased) const {
    if (!erased)
        throw ApiError::absent("api_key");
    parts_.audit.note(
        db, caller,
        {"api_key.deleted", erased->organization, erased->id.text(), {{"created_by", erased->maker.text()}}});
}

Task<Page<TenantResponse>> ApiKeys::list_tenants(Caller caller, PageRequest page) {
    const bool sees_all = caller.role == PlatformRole::admin;
    auto found = co_await parts_.database.read([&](Reader& db) {
        return sees_all ? store::list_all_tenants(db, caller.user, page)
                        : store::list_tenants(db, caller.user, page);
    });
    co_return make_page(std::move(found), page,
                        [](const TenantResponse& last) { return std::tuple(last.id); });
}

Task<Caller> ApiKeys::authenticate_key(std::string key, Visitor visitor) {
    if (!is_api_key(key))
        throw ApiError(ErrorCode::invalid_api_key);
    const Digest hash = sha256(key);
    const auto known = co_await parts_.database.read([&](Reader& db) { return store::find(db, hash); });
    const Instant now = parts_.clock.now();
    if (!known || (known->expires && *known->expires <= now))
        throw ApiError(ErrorCode::invalid_api_key);
    const auto ranges = AddressRanges::parse(known->allowed_ips);
    if (!ranges.empty() && !ranges.contains(boost::asio::ip::make_address(visitor.address)))
        throw ApiError(ErrorCode::ip_not_allowed);
    Caller caller;
    static_cast<Visitor&>(caller) = std::move(visitor);
    caller.user = known->maker;
    caller.role = known->role;
    caller.plan = known->plan;
    caller.key = KeyGrant{known->id, known->organization, known->scopes};
    co_return caller;
}

void ApiKeys::note_use(const Caller& caller) {
    uses_.note(caller.key->id, parts_.clock.now(), caller.address);
}

void ApiKeys::write_uses() {
    write_noted(parts_.database, uses_, store::note_use);
}

} // namespace xentree
