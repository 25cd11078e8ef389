#include "http/dispatcher.h"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <fmt/format.h>

#include "base/log.h"
#include "base/text.h"
#include "http/client_address.h"
#include "http/errors.h"
#include "http/gzip.h"
#include "http/request_form.h"

namespace xentree {

namespace {

constexpr std::size_t gzip_from = 4096; // bytes of body; below, a packet is saved at best
constexpr std::size_t packed_at_once = 64 * 1024;

bool has_header(const Answer& answer, std::string_view name) {
    return std::any_of(answer.headers.begin(), answer.headers.end(),
                       [&](const auto& header) { return header.first == name; });
}

bool may_be_packed(const Answer& answer) {
    return answer.body.size() >= gzip_from && !has_header(answer, "Content-Encoding");
}

// Headers that answers may be read by from other origins.
constexpr std::string_view exposed_headers =
    "X-Request-ID, Link, Retry-After, RateLimit, RateLimit-Policy, ETag, Location, WWW-Authenticate";

std::string allow(const std::map<std::string, RoutedOperation, std::less<>>& methods) {
    std::string value;
    for (const auto& [method, routed] : methods)
        value += method + (method == "GET" ? ", HEAD, " : ", ");
    return value + "OPTIONS";
}

// An integration token opens only what is marked for it.
void check_grant(const AccessRule& access, const TokenGrant& token) {
    if (!access.grant_scope)
        throw ApiError(ErrorCode::forbidden, "This operation takes no integration token.");
    if (std::find(token.scopes.begin(), token.scopes.end(), *access.grant_scope) != token.scopes.end())
        return;
    ApiError error(ErrorCode::forbidden,
                   fmt::format("The integration token lacks the scope {}.", *access.grant_scope));
    error.members["required_scope"] = *access.grant_scope;
    error.members["granted_scopes"] = boost::json::array(token.scopes.begin(), token.scopes.end());
    throw error;
}

// Kind of credential, scope, platform admin.
void check_access(const AccessRule& access, const Caller& caller) {
    if (caller.key && (access.bearer_only || !access.scope))
        throw ApiError(ErrorCode::bearer_required);
    if (caller.token)
        check_grant(access, *caller.token);
    if (access.scope)
        require_scope(caller, *access.scope);
    if (access.admin && caller.role != PlatformRole::admin)
        throw ApiError(ErrorCode::admin_required);
}

std::string challenge(ErrorCode code) {
    switch (code) {
    case ErrorCode::not_authenticated:
    case ErrorCode::invalid_api_key:
    case ErrorCode::invalid_credentials:
        return "Bearer";
    case ErrorCode::token_expired:
        return "Bearer error=\"invalid_token\", error_description=\"expired\"";
    default:
        return "Bearer error=\"invalid_token\"";
    }
}

} // namespace

std::optional<std::string> bearer_token(const RequestHead& head) {
    const std::string_view value = head.header("Authorization");
    if (value.size() < 7 || ascii_lower(value.substr(0, 7)) != "bearer ")
        return std::nullopt;
    return std::string(trim(value.substr(7)));
}

Dispatcher::Dispatcher(Parts parts, CursorCodec cursors, DispatcherOptions options) :
    bearers_(parts.bearers), keys_(parts.keys), integrations_(parts.integrations), workers_(parts.workers),
    clock_(parts.clock), cursors_(cursors), options_(std::move(options)), router_(parts.api) {}

Dispatcher::Route Dispatcher::route(const RequestHead& head) const {
    Route route;
    route.match = router_.find(head.path);
    if (const auto resource = resources_.find(head.path); resource != resources_.end())
        route.resource = &resource->second;
    if (!route.match.methods || head.method == "OPTIONS")
        return route;
    const auto routed = route.match.methods->find(head.method == "HEAD" ? "GET" : head.method);
    if (routed != route.match.methods->end())
        route.operation = &routed->second;
    return route;
}

Task<Answer> Dispatcher::dispatch(const Route& route, const RequestHead& head, RequestId id, bool has_body,
                                  BodyReader& body) const {
    Answer answer;
    LimitStates limits;
    Request request;
    request.caller = Visitor{id, head.address, std::string(head.header("User-Agent")), std::nullopt,
                             std::string(head.header("Origin"))};
    try {
        if (route.operation)
            answer = co_await answer_operation(route, head, request, limits, has_body, body);
        else
            answer = answer_without_operation(route, head, limits);
    } catch (const ApiError& error) {
        answer = error_answer(error, id);
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted)
            throw;
        log_request(LogLevel::error, id.text(), "{} {} failed: {}", head.method, head.path, error.what());
        answer = error_answer(ApiError(ErrorCode::internal_error), id);
    } catch (const std::exception& error) {
        log_request(LogLevel::error, id.text(), "{} {} failed: {}", head.method, head.path, error.what());
        answer = error_answer(ApiError(ErrorCode::internal_error), id);
    }
    if (answer.status == 405)
        answer.headers.emplace_back("Allow",
                                    route.resource ? "GET, HEAD, OPTIONS" : allow(*route.match.methods));
    if (!limits.empty()) {
        answer.headers.emplace_back("RateLimit-Policy", rate_limit_policy(limits));
        answer.headers.emplace_back("RateLimit", rate_limit_state(limits));
    }
    finish(answer, head, id);
    if (may_be_packed(answer) && accepts_gzip(head.header("Accept-Encoding")))
        co_await pack(answer);
    co_return answer;
}

// Large answers on a worker; where all are busy the answer goes out as it is.
Task<void> Dispatcher::pack(Answer& answer) const {
    std::string packed;
    if (answer.body.size() <= packed_at_once) {
        packed = gzip(answer.body);
    } else {
        try {
            auto work = [&answer] { return gzip(answer.body); };
            packed = co_await workers_.run(work);
        } catch (const ApiError&) {
            co_return;
        }
    }
    answer.body = std::move(packed);
    answer.headers.emplace_back("Content-Encoding", "gzip");
}

Answer Dispatcher::answer_without_operation(const Route& route, const RequestHead& head,
                                            LimitStates& limits) const {
    if (head.method == "OPTIONS")
        return options_answer(route.match);
    if (route.resource && (head.method == "GET" || head.method == "HEAD")) {
        take(options_.address_limit, limited_address(head.address), limits);
        return (*route.resource)(head);
    }
    if (route.resource || route.match.methods)
        throw ApiError(ErrorCode::method_not_allowed);
    throw ApiError(ErrorCode::not_found, "There is nothing at this path.");
}

Task<Answer> Dispatcher::answer_operation(const Route& route, const RequestHead& head, Request& request,
                                          LimitStates& limits, bool has_body, BodyReader& body) const {
    const Operation& operation = *route.operation->operation;
    request.operation = &operation;
    request.rule = route.operation->rule;
    co_await admit(head, request, limits);

    if (operation.body && body.length().value_or(0) > operation.body->limit)
        throw ApiError(ErrorCode::payload_too_large);
    const ContractBody::Form* const form = choose_form(operation, head, has_body);
    std::string bytes;
    if (form && has_body)
        bytes = co_await body.read(form->limit);
    read_form(request, head, route.match.path_values, form, bytes);
    read_cursor(request);
    if (const auto* key = request.parameters.if_contains("Idempotency-Key"))
        request.visitor().repeatable = {std::string(key->as_string()), head.method + " " + head.path,
                                        std::move(bytes)};

    auto result = co_await (*route.operation->handler)(request);
    if (result.next_page)
        add_link(result.answer, head, request, *result.next_page);
    co_return std::move(result.answer);
}

// Steps 1 to 3 of the contract's order of checks, from the limits of the address on.
Task<void> Dispatcher::admit(const RequestHead& head, Request& request, LimitStates& limits) const {
    const Operation& operation = *request.operation;
    const RateLimit* const of_class = class_limit(operation);
    const std::string address = limited_address(head.address);
    if (operation.rate_limited)
        take(options_.address_limit, address, limits);
    if (operation.access.is_public) {
        if (of_class)
            take(*of_class, address, limits);
        co_return;
    }

    Caller caller = co_await authenticate(head, std::get<Visitor>(std::move(request.caller)));
    check_access(operation.access, caller);
    const std::string user = caller.user.text();
    take(options_.caller_limit, user, limits);
    if (caller.key)
        take(options_.key_limit, caller.key->id.text(), limits);
    if (of_class)
        take(*of_class, user, limits);
    if (caller.key)
        keys_.note_use(caller);
    request.caller = std::move(caller);
}

// Where both are sent the bearer token counts, and the key is not looked at.
Task<Caller> Dispatcher::authenticate(const RequestHead& head, Visitor visitor) const {
    auto token = bearer_token(head);
    if (token && integrations_.recognizes(*token))
        co_return co_await integrations_.authenticate_integration(std::move(*token), std::move(visitor));
    if (token)
        co_return co_await bearers_.authenticate_bearer(std::move(*token), std::move(visitor));
    const auto keys = head.headers.count("X-API-Key");
    if (keys == 0)
        throw ApiError(ErrorCode::not_authenticated);
    if (keys > 1)
        throw ApiError(ErrorCode::invalid_api_key, "X-API-Key was sent more than once.");
    std::string key(trim(head.header("X-API-Key")));
    co_return co_await keys_.authenticate_key(std::move(key), std::move(visitor));
}

void Dispatcher::take(const RateLimit& limit, const std::string& key, LimitStates& limits) const {
    if (limit.quota == 0)
        return;
    limits.push_back(limiter_.take(limit, key, clock_.now()));
    if (limits.back().exceeded)
        throw ApiError::retry_later(ErrorCode::rate_limited, limits.back().until_reset);
}

const RateLimit* Dispatcher::class_limit(const Operation& operation) const {
    const auto found = options_.class_limits.find(operation.rate_class);
    return found == options_.class_limits.end() ? nullptr : &found->second;
}

namespace {

// What a cursor is bound to: the list, the caller and the filter.
std::string cursor_purpose(const Request& request) {
    boost::json::object filter = request.parameters;
    filter.erase("cursor");
    filter.erase("limit");
    const auto* caller = std::get_if<Caller>(&request.caller);
    return fmt::format("{}\n{}\n{}", request.operation->id, caller ? caller->identity() : "",
                       boost::json::serialize(filter));
}

} // namespace

void Dispatcher::read_cursor(Request& request) const {
    const auto* cursor = request.parameters.if_contains("cursor");
    if (!cursor)
        return;
    request.page.position = cursors_.decode(cursor->as_string(), cursor_purpose(request), clock_.now());
    if (!request.page.position)
        throw ApiError({Fault{"cursor", "is malformed, too old or of another list"}});
}

void Dispatcher::add_link(Answer& answer, const RequestHead& head, const Request& request,
                          const boost::json::array& position) const {
    const auto cursor = cursors_.encode(position, cursor_purpose(request), clock_.now());
    std::string url = head.path + "?";
    for (const auto& parameter : request.operation->parameters) {
        if (parameter.place != ParameterPlace::query || parameter.name == "cursor")
            continue;
        const auto* value = request.parameters.if_contains(parameter.name);
        if (!value)
            continue;
        const std::string text =
            value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value);
        url += parameter.name + "=" + boost::urls::encode(text, boost::urls::unreserved_chars) + "&";
    }
    answer.headers.emplace_back("Link", fmt::format("<{}cursor={}>; rel=\"next\"", url, cursor));
}

Answer Dispatcher::options_answer(const Router::Match& match) const {
    Answer answer{204, {}, {}, {}, nullptr};
    const std::string methods =
        match.methods ? allow(*match.methods) : "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    answer.headers.emplace_back("Allow", methods);
    answer.headers.emplace_back("Access-Control-Allow-Methods", methods);
    answer.headers.emplace_back(
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Idempotency-Key, X-API-Key, X-Request-ID, X-Service-Key");
    answer.headers.emplace_back("Access-Control-Max-Age", "86400");
    return answer;
}

Answer Dispatcher::error_answer(const ApiError& error, RequestId id) const {
    Answer answer;
    answer.status = error_row(error.code).status;
    answer.content_type = "application/json";
    answer.body = boost::json::serialize(error_body(error, id.text()));
    if (answer.status == 401)
        answer.headers.emplace_back("WWW-Authenticate", challenge(error.code));
    if (error.retry_after || answer.status == 503)
        answer.headers.emplace_back("Retry-After",
                                    std::to_string(error.retry_after.value_or(Seconds(5)).count()));
    return answer;
}

Answer Dispatcher::refuse(const ApiError& error, const RequestHead& head, RequestId id) const {
    Answer answer = error_answer(error, id);
    finish(answer, head, id);
    return answer;
}

void Dispatcher::finish(Answer& answer, const RequestHead& head, RequestId id) const {
    auto& headers = answer.headers;
    headers.emplace_back("X-Request-ID", id.text());
    headers.emplace_back("X-Content-Type-Options", "nosniff");
    if (!has_header(answer, "Cache-Control"))
        headers.emplace_back("Cache-Control", "no-store");
    if (may_be_packed(answer) && !has_header(answer, "Vary"))
        headers.emplace_back("Vary", "Accept-Encoding");
    add_cors(answer, head.header("Origin"));
}

void Dispatcher::add_cors(Answer& answer, std::string_view origin) const {
    const bool to_all = options_.allowed_origins.contains("*");
    if (!to_all)
        answer.headers.emplace_back("Vary", "Origin");
    if (!to_all && !options_.allowed_origins.contains(origin))
        return;
    answer.headers.emplace_back("Access-Control-Allow-Origin", to_all ? "*" : origin);
    answer.headers.emplace_back("Access-Control-Expose-Headers", exposed_headers);
}

} // namespace xentree
