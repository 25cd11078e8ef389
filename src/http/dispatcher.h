#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/worker_pool.h"
#include "http/api.h"
#include "http/authenticator.h"
#include "http/page.h"
#include "http/rate_limits.h"
#include "http/router.h"

namespace xentree {

struct DispatcherOptions {
    RateLimit address_limit{"address", 600};
    RateLimit caller_limit{"caller", 1200}; // of a user, whatever credential is sent
    RateLimit key_limit{"api-key", 600};    // of one API key, beside the user's
    // x-rate-class of the contract; counted by caller, on public operations by address.
    std::map<std::string, RateLimit, std::less<>> class_limits;
    std::set<std::string, std::less<>> allowed_origins{"*"}; // web origins that browsers may call from
};

// A path outside the contract, such as /metrics; GET and HEAD.
using Resource = std::function<Answer(const RequestHead&)>;

// Takes a request through the contract's order of checks to its handler, and makes an answer of whatever
// comes out of it. Immutable once the server runs; any thread.
class Dispatcher {
  public:
    struct Parts {
        const Api& api;
        BearerAuthenticator& bearers;
        KeyAuthenticator& keys;
        IntegrationAuthenticator& integrations;
        WorkerPool& workers; // packs large answers
        const Clock& clock;
    };
    Dispatcher(Parts parts, CursorCodec cursors, DispatcherOptions options);

    void serve(std::string path, Resource resource) { resources_[std::move(path)] = std::move(resource); }

    // Where a request goes: an operation, a resource, or neither.
    struct Route {
        Router::Match match;
        const Resource* resource = nullptr;
        const RoutedOperation* operation = nullptr;
        // Whether the answer may wait for an outside service (the contract has a 504 for it), so that it is
        // worth noticing when the client goes away meanwhile.
        bool waits_outside() const { return operation && operation->operation->answers.contains(504); }
    };
    Route route(const RequestHead& head) const;

    // Never throws but for a cancelled request. `has_body` tells whether the head announces one.
    Task<Answer> dispatch(const Route& route, const RequestHead& head, RequestId id, bool has_body,
                          BodyReader& body) const;

    // The answer to what could not be read as a request.
    Answer refuse(const ApiError& error, const RequestHead& head, RequestId id) const;

  private:
    using LimitStates = std::vector<RateLimitState>;
    Answer answer_without_operation(const Route& route, const RequestHead& head, LimitStates& limits) const;
    Task<void> pack(Answer& answer) const;
    void add_cors(Answer& answer, std::string_view origin) const;
    Task<Answer> answer_operation(const Route& route, const RequestHead& head, Request& request,
                                  LimitStates& limits, bool has_body, BodyReader& body) const;
    Task<void> admit(const RequestHead& head, Request& request, LimitStates& limits) const;
    Task<Caller> authenticate(const RequestHead& head, Visitor visitor) const;
    void take(const RateLimit& limit, const std::string& key, LimitStates& limits) const;
    const RateLimit* class_limit(const Operation& operation) const;
    void read_cursor(Request& request) const;
    void add_link(Answer& answer, const RequestHead& head, const Request& request,
                  const boost::json::array& position) const;
    Answer options_answer(const Router::Match& match) const;
    Answer error_answer(const ApiError& error, RequestId id) const;
    void finish(Answer& answer, const RequestHead& head, RequestId id) const;

    BearerAuthenticator& bearers_;
    KeyAuthenticator& keys_;
    IntegrationAuthenticator& integrations_;
    WorkerPool& workers_;
    const Clock& clock_;
    CursorCodec cursors_;
    DispatcherOptions options_;
    Router router_;
    std::map<std::string, Resource, std::less<>> resources_;
    mutable RateLimiter limiter_;
};

} // namespace xentree
