#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "http/answer.h"
#include "http/json_text.h"
#include "http/request.h"
#include "http/wire_shape.h"

namespace xentree {

// Arguments that a handler may take, in any order and number, beside Caller or Visitor and PageRequest.
template<class T>
struct Body { // the validated body; of an absent one, what {} gives
    T value;
    const T& operator*() const& { return value; }
    T&& operator*() && { return std::move(value); }
    const T* operator->() const { return &value; }
};
template<class T>
struct Path { // the operation's only path parameter, or a described struct of them all
    T value;
    const T& operator*() const { return value; }
    const T* operator->() const { return &value; }
};
template<class T>
struct Cookies { // a described struct of cookie parameters
    T value;
    const T* operator->() const { return &value; }
};
template<class T>
struct Query { // a described struct of query parameters
    T value;
    const T* operator->() const { return &value; }
};

namespace detail {

template<class T>
struct HandlerTraits : HandlerTraits<decltype(&T::operator())> {};
template<class T, class R, class... A>
struct HandlerTraits<Task<R> (T::*)(A...) const> {
    using Result = R;
    using Arguments = std::tuple<std::remove_cvref_t<A>...>;
};

// A struct of several parameters; an id is a struct too, but stands for one.
template<class T>
inline constexpr bool is_parameters = is_struct<T> && !is_id<T>;

template<class T>
struct Argument;
template<>
struct Argument<Caller> {
    static Caller take(Request& request) { return std::get<Caller>(request.caller); }
};
template<>
struct Argument<Visitor> {
    static Visitor take(Request& request) { return std::get<Visitor>(request.caller); }
};
template<>
struct Argument<PageRequest> {
    static PageRequest take(Request& request) { return std::move(request.page); }
};
template<class T>
struct Argument<Body<T>> {
    static Body<T> take(Request& request) { return {from_json<T>(request.body)}; }
};
template<class T>
struct Argument<Path<T>> {
    static Path<T> take(Request& request) {
        if constexpr (is_parameters<T>)
            return {from_json<T>(request.parameters)};
        for (const auto& parameter : request.operation->parameters) {
            if (parameter.place == ParameterPlace::path)
                return {from_json<T>(request.parameters.at(parameter.name))};
        }
        throw std::logic_error("an operation without a path parameter");
    }
};
template<class T>
struct Argument<Query<T>> {
    static Query<T> take(Request& request) { return {from_json<T>(request.parameters)}; }
};
template<class T>
struct Argument<Cookies<T>> {
    static Cookies<T> take(Request& request) { return {from_json<T>(request.parameters)}; }
};

template<class Wanted, class Arguments>
inline constexpr bool takes = boost::mp11::mp_contains<Arguments, Wanted>::value;

// What a result is on the wire: its status (0: told by the result) and the shape of its body.
template<class T>
struct ResultTraits {
    static constexpr int status = 200;
    static WireShape shape() { return wire_shape<T>(); }
    static Answer answer(const T& result) { return json(200, result); }
    static Answer json(int status, const T& result) {
        return {status, "application/json", to_json_text(result), {}, nullptr};
    }
};
template<class T>
struct ResultTraits<Created<T>> : ResultTraits<T> {
    static constexpr int status = 201;
    static Answer answer(Created<T> result) { return ResultTraits<T>::json(201, result.body); }
};
template<class T>
struct ResultTraits<Accepted<T>> : ResultTraits<T> {
    static constexpr int status = 202;
    static Answer answer(Accepted<T> result) { return ResultTraits<T>::json(202, result.body); }
};
template<class T>
struct ResultTraits<WithStatus<T>> : ResultTraits<T> {
    static Answer answer(WithStatus<T> result) { return ResultTraits<T>::json(result.status, result.body); }
};
template<class T>
struct ResultTraits<std::variant<T, EventStream>> : ResultTraits<T> {
    static Answer answer(std::variant<T, EventStream> result) {
        if (auto* stream = std::get_if<EventStream>(&result))
            return {200, "text/event-stream", {}, {}, std::move(*stream)};
        return ResultTraits<T>::answer(std::move(std::get<T>(result)));
    }
};
template<class T>
struct ResultTraits<Page<T>> : ResultTraits<std::vector<T>> {};
template<>
struct ResultTraits<NoContent> {
    static constexpr int status = 204;
    static Answer answer(NoContent) { return {204, {}, {}, {}, nullptr}; }
};
template<>
struct ResultTraits<Redirect> {
    static constexpr int status = 302;
    static Answer answer(Redirect result) {
        return {302, {}, {}, {{"Location", std::move(result.location)}}, nullptr};
    }
};
template<class T>
struct ResultTraits<WithHeaders<T>> : ResultTraits<T> {
    static Answer answer(WithHeaders<T> result) {
        Answer answer = ResultTraits<T>::answer(std::move(result.result));
        for (auto& header : result.headers)
            answer.headers.push_back(std::move(header));
        return answer;
    }
};

template<class T>
inline constexpr bool is_page = IsOf<T, Page>::value;

} // namespace detail

// Says who answers each operation. Filled at start, then immutable.
class Api {
  public:
    struct HandlerResult {
        Answer answer;
        std::optional<boost::json::array> next_page;
    };
    using Handler = std::function<Task<HandlerResult>(Request&)>;

    explicit Api(const Contract& contract) : contract_(contract) {}

    // The handler is a callable that returns a Task and takes what it needs of: Caller (or, of a public
    // operation, Visitor), Body<T>, Path<T>, Query<T>, Cookies<T>, PageRequest. Whatever does not fit the
    // contract is kept until finish(). `rule` is checked together with the body's schema.
    template<class F>
    void on(std::string_view operation_id, F handler, BodyRule rule = {}) {
        using Arguments = typename detail::HandlerTraits<F>::Arguments;
        const Operation* const operation = claim(operation_id);
        if (!operation)
            return;
        check_access(*operation, detail::takes<Caller, Arguments>, detail::takes<Visitor, Arguments>);
        boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, Arguments>>(
            [&](auto argument) { check_argument(*operation, argument); });
        using Result = detail::ResultTraits<typename detail::HandlerTraits<F>::Result>;
        if constexpr (requires { Result::shape(); })
            check_answer(*operation, Result::status, Result::shape());
        else
            check_empty_answer(*operation, Result::status);

        if (rule)
            rules_[operation->id] = std::move(rule);
        handlers_[operation->id] = [handler = std::move(handler)](Request& request) -> Task<HandlerResult> {
            return run(handler, request, static_cast<Arguments*>(nullptr));
        };
    }

    // Throws std::runtime_error with everything that does not fit.
    void finish() const;

    const Contract& contract() const { return contract_; }
    const Handler* handler(std::string_view operation_id) const;
    const BodyRule* rule(std::string_view operation_id) const; // null without one
    std::set<std::string, std::less<>> implemented() const;

  private:
    template<class F, class... Arguments>
    static Task<HandlerResult> run(const F& handler, Request& request, std::tuple<Arguments...>*) {
        using Result = typename detail::HandlerTraits<F>::Result;
        auto result = co_await handler(detail::Argument<Arguments>::take(request)...);
        HandlerResult answer;
        if constexpr (detail::is_page<Result>) {
            answer.next_page = std::move(result.next);
            answer.answer = detail::ResultTraits<Result>::answer(std::move(result.items));
        } else {
            answer.answer = detail::ResultTraits<Result>::answer(std::move(result));
        }
        co_return answer;
    }

    template<class T>
    void check_argument(const Operation& operation, boost::mp11::mp_identity<Body<T>>) {
        check_body(operation, wire_shape<T>());
    }
    template<class T>
    void check_argument(const Operation& operation, boost::mp11::mp_identity<Query<T>>) {
        check_parameters(operation, ParameterPlace::query, wire_shape<T>());
    }
    template<class T>
    void check_argument(const Operation& operation, boost::mp11::mp_identity<Cookies<T>>) {
        check_parameters(operation, ParameterPlace::cookie, wire_shape<T>());
    }
    template<class T>
    void check_argument(const Operation& operation, boost::mp11::mp_identity<Path<T>>) {
        if constexpr (detail::is_parameters<T>)
            check_parameters(operation, ParameterPlace::path, wire_shape<T>());
        else
            check_path(operation, wire_shape<T>());
    }
    template<class T>
    void check_argument(const Operation&, boost::mp11::mp_identity<T>) {}

    const Operation* claim(std::string_view operation_id);
    void check_access(const Operation& operation, bool takes_caller, bool takes_visitor);
    void check_body(const Operation& operation, const WireShape& wire);
    void check_parameters(const Operation& operation, ParameterPlace place, const WireShape& wire);
    void check_path(const Operation& operation, const WireShape& wire);
    void check_answer(const Operation& operation, int status, const WireShape& wire);
    void check_empty_answer(const Operation& operation, int status);

    const Contract& contract_;
    std::map<std::string, Handler, std::less<>> handlers_;
    std::map<std::string, BodyRule, std::less<>> rules_;
    std::vector<std::string> faults_;
};

} // namespace xentree
