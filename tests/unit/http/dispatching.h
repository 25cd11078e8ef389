#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "contracts.h"
#include "http/dispatcher.h"

// The fixture of the tests of the Dispatcher: a small contract, and a stand-in for sessions and keys.
namespace xentree::test {

inline constexpr Instant noon{Milliseconds(1'777'896'000'000)};

// Takes the tokens "user", "other" and "admin", integration tokens "grant SCOPE" (of the user), and the keys
// "reader" (of the user, with notes:read) and "root" (of the admin, with api:admin).
class FakeAuthenticator final : public BearerAuthenticator,
                                public KeyAuthenticator,
                                public IntegrationAuthenticator {
  public:
    Task<Caller> authenticate_bearer(std::string token, Visitor visitor) override {
        ++asked;
        if (token == "expired")
            throw ApiError(ErrorCode::token_expired);
        if (token != "user" && token != "other" && token != "admin")
            throw ApiError(ErrorCode::invalid_token);
        Caller caller;
        static_cast<Visitor&>(caller) = std::move(visitor);
        caller.user.bytes[15] = token == "other" ? 2 : 1;
        caller.role = token == "admin" ? PlatformRole::admin : PlatformRole::user;
        co_return caller;
    }
    Task<Caller> authenticate_key(std::string key, Visitor visitor) override {
        ++asked;
        if (key != "reader" && key != "root")
            throw ApiError(ErrorCode::invalid_api_key);
        Caller caller;
        static_cast<Visitor&>(caller) = std::move(visitor);
        caller.user.bytes[15] = 1;
        caller.role = key == "root" ? PlatformRole::admin : PlatformRole::user;
        caller.key.emplace();
        caller.key->id.bytes[15] = key == "root" ? 2 : 1;
        caller.key->scopes = {key == "root" ? "api:admin" : "notes:read"};
        co_return caller;
    }
    void note_use(const Caller&) override { ++uses; }
    bool recognizes(std::string_view token) const override { return token.starts_with("grant "); }
    Task<Caller> authenticate_integration(std::string token, Visitor visitor) override {
        ++asked;
        if (visitor.origin == "https://elsewhere.example")
            throw ApiError(ErrorCode::wrong_origin);
        Caller caller;
        static_cast<Visitor&>(caller) = std::move(visitor);
        caller.user.bytes[15] = 1;
        caller.token.emplace();
        caller.token->scopes = {token.substr(6)};
        co_return caller;
    }
    int asked = 0;
    int uses = 0;
};

class TextBody final : public BodyReader {
  public:
    TextBody(std::string text, bool tells_length) : text_(std::move(text)), tells_length_(tells_length) {}
    std::optional<std::size_t> length() const override {
        return tells_length_ ? std::optional(text_.size()) : std::nullopt;
    }
    Task<std::string> read(std::size_t limit) override {
        ++reads;
        if (text_.size() > limit)
            throw ApiError(ErrorCode::payload_too_large);
        co_return text_;
    }
    int reads = 0;

  private:
    std::string text_;
    bool tells_length_;
};

struct Note {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (text))

inline json::object note() {
    return {{"type", "object"},
            {"required", json::array{"text"}},
            {"properties", {{"text", {{"type", "string"}}}}}};
}

inline Contract make_contract() {
    const json::object string{{"type", "string"}};
    json::object body = ContractText::body(note());
    body["content"].as_object()["application/json"].as_object()["x-body-limit"] = 100;
    return ContractText()
        .add("post", "/admin/notes", "admin_note",
             {{"x-bearer-only", true}, {"x-admin", true}, {"x-rate-class", "notes"}, {"requestBody", body}})
        .add("post", "/notes", "make_note",
             {{"x-bearer-only", true},
              {"parameters", json::array{ContractText::parameter("header", "Idempotency-Key", string)}},
              {"requestBody", body}})
        .add("get", "/notes", "list_notes",
             {{"x-bearer-only", true},
              {"parameters",
               json::array{ContractText::parameter("query", "limit", {{"type", "integer"}, {"default", 2}}),
                           ContractText::parameter("query", "cursor", string),
                           ContractText::parameter("query", "q", string)}},
              {"responses", {{"200", ContractText::answer({{"type", "array"}, {"items", note()}})}}}})
        .add("get", "/scoped", "scoped", {{"x-scope", "notes:read"}})
        .add("post", "/scoped", "scoped_write", {{"x-scope", "notes:write"}})
        .add("get", "/granted", "granted", {{"x-scope", "notes:read"}, {"x-grant-scope", "notes:look"}})
        .add("get", "/admin/scoped", "admin_scoped", {{"x-scope", "notes:read"}, {"x-admin", true}})
        .add("get", "/open", "open", {{"x-public", true}, {"x-rate-class", "open"}})
        .add("get", "/free", "free", {{"x-public", true}, {"x-rate-limited", false}})
        .add("get", "/broken", "broken", {{"x-public", true}})
        .add("get", "/long", "long",
             {{"x-public", true}, {"responses", {{"200", ContractText::answer(note())}}}})
        .load();
}

class Dispatching : public testing::Test {
  protected:
    Dispatching() {
        api.on("admin_note", [this](Caller, Body<Note>) -> Task<NoContent> {
            ++handled;
            co_return NoContent{};
        });
        api.on("make_note", [this](Caller caller, Body<Note>) -> Task<NoContent> {
            ++handled;
            repeatable = caller.repeatable;
            co_return NoContent{};
        });
        api.on("list_notes", [](Caller, PageRequest page) -> Task<Page<Note>> {
            const auto after = page.after<int>();
            const int first = after ? std::get<0>(*after) + 1 : 1;
            std::vector<Note> found;
            for (int i = first; i <= 5 && found.size() <= page.limit; ++i)
                found.push_back({std::to_string(i)});
            co_return make_page(std::move(found), page,
                                [](const Note& note) { return std::tuple(std::stoi(note.text)); });
        });
        for (const char* id : {"scoped", "scoped_write", "granted", "admin_scoped"})
            api.on(id, [](Caller) -> Task<NoContent> { co_return NoContent{}; });
        api.on("open", [](Visitor) -> Task<NoContent> { co_return NoContent{}; });
        api.on("free", [](Visitor) -> Task<NoContent> { co_return NoContent{}; });
        api.on("broken", [](Visitor) -> Task<NoContent> {
            throw std::runtime_error("the secret of the house");
            co_return NoContent{};
        });
        api.on("long", [this](Visitor) -> Task<Note> { co_return Note{std::string(long_text, 'x')}; });
        api.finish();
        options.address_limit.quota = 1000;
        options.caller_limit.quota = 1000;
    }

    struct Ask {
        std::string method = "GET";
        std::string target; // path and query
        std::vector<std::pair<std::string, std::string>> headers = {};
        std::string body = {};
        std::string address = "203.0.113.1";
        bool tells_length = false;
    };
    Answer ask(const Ask& wanted) {
        if (!dispatcher) {
            dispatcher.emplace(
                Dispatcher::Parts{api, authenticator, authenticator, authenticator, workers, clock},
                CursorCodec({1}), options);
            dispatcher->serve("/page", [](const RequestHead&) {
                return Answer{200, "text/plain", "page", {}, nullptr};
            });
        }
        RequestHead head;
        head.method = wanted.method;
        const auto question = wanted.target.find('?');
        head.path = wanted.target.substr(0, question);
        head.query = question == std::string::npos ? "" : wanted.target.substr(question + 1);
        head.address = wanted.address;
        for (const auto& [name, value] : wanted.headers)
            head.headers.insert(name, value);
        TextBody body(wanted.body, wanted.tells_length);
        const auto route = dispatcher->route(head);
        asio::io_context io;
        auto answer = asio::co_spawn(
            io, dispatcher->dispatch(route, head, RequestId::make(noon), !wanted.body.empty(), body),
            asio::use_future);
        io.run();
        reads = body.reads;
        return answer.get();
    }
    // "STATUS" or "STATUS code".
    std::string outcome(const Ask& wanted) {
        const Answer answer = ask(wanted);
        if (answer.status < 400)
            return std::to_string(answer.status);
        return std::to_string(answer.status) + " " +
               std::string(json::parse(answer.body).at("detail").at("error").as_string());
    }
    static std::string header(const Answer& answer, std::string_view name) {
        for (const auto& [key, value] : answer.headers) {
            if (key == name)
                return value;
        }
        return "";
    }
    std::string next_page(const std::string& target, const std::string& user) {
        const std::string link = header(ask({.target = target, .headers = bearer(user)}), "Link");
        return link.empty() ? "" : link.substr(1, link.find('>') - 1);
    }
    using Headers = std::vector<std::pair<std::string, std::string>>;
    static Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }
    static Headers with(Headers headers, const std::string& name, const std::string& value) {
        headers.emplace_back(name, value);
        return headers;
    }

    const Contract contract = make_contract();
    Api api{contract};
    FakeAuthenticator authenticator;
    SetClock clock{noon};
    WorkerPool workers{1, 1};
    DispatcherOptions options;
    std::optional<Dispatcher> dispatcher;
    std::optional<RepeatableRequest> repeatable;
    std::size_t long_text = 10'000;
    int handled = 0;
    int reads = 0;
};

inline const std::pair<std::string, std::string> json_type{"Content-Type", "application/json"};

} // namespace xentree::test
