// What a client sends on a connection. It goes through a socket to the server's own connection and
// dispatcher, over the real contract; only the handlers are the target's.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <sys/socket.h>

#include "base/text.h"
#include "contract.h"
#include "features/conversations/types.h"
#include "features/identity/types.h"
#include "fuzz.h"
#include "http/connection.h"
#include "security/api_key.h"

namespace xentree::fuzz {
namespace {

namespace http = boost::beast::http;

constexpr Instant noon{Milliseconds(1'777'896'000'000)};

// Takes the token "user", and as a key what has the form of one.
class OneUser final : public BearerAuthenticator, public KeyAuthenticator, public IntegrationAuthenticator {
  public:
    Task<Caller> authenticate_bearer(std::string token, Visitor visitor) override {
        if (token != "user")
            throw ApiError(ErrorCode::invalid_token);
        co_return caller(std::move(visitor));
    }
    void note_use(const Caller&) override {}
    Task<Caller> authenticate_key(std::string key, Visitor visitor) override {
        if (!is_api_key(key))
            throw ApiError(ErrorCode::invalid_api_key);
        Caller caller = OneUser::caller(std::move(visitor));
        caller.key = KeyGrant{{}, {}, {"conversations:read"}};
        co_return caller;
    }

    bool recognizes(std::string_view token) const override { return token == "grant"; }
    Task<Caller> authenticate_integration(std::string, Visitor visitor) override {
        Caller caller = OneUser::caller(std::move(visitor));
        caller.token.emplace();
        co_return caller;
    }

  private:
    static Caller caller(Visitor visitor) {
        Caller caller;
        static_cast<Visitor&>(caller) = std::move(visitor);
        return caller;
    }
};

class ThreeEvents final : public EventSource {
  public:
    Task<void> run(EventSink& sink) override {
        for (int count = 1; count <= 3; ++count) {
            boost::json::value data = count;
            co_await sink.send("count", std::move(data));
        }
    }
};

void require_text(std::string_view text) {
    require(is_utf8(text) && text.find('\0') == std::string_view::npos,
            "a handler gets UTF-8 without U+0000");
}

void answer_all(Api& api) {
    api.on("login_user", [](Visitor, Body<LoginRequest> body) -> Task<TokenResponse> {
        require_text(body->username);
        require_text(body->password);
        co_return TokenResponse{};
    });
    api.on("update_current_user", [](Caller, Body<UserProfileUpdate> body) -> Task<UserProfile> {
        require_text(body->username.value_or(""));
        require_text(body->timezone.value_or(""));
        co_return UserProfile{};
    });
    api.on("create_conversation",
           [](Caller caller, Body<ConversationCreateRequest> body) -> Task<Created<ConversationResponse>> {
               require_text(body->title.value_or(""));
               if (caller.repeatable)
                   require_text(caller.repeatable->key);
               co_return ConversationResponse{};
           });
    api.on("list_conversations", [](Caller, PageRequest page) -> Task<Page<ConversationResponse>> {
        require(page.limit >= 1 && page.limit <= 100, "a page has 1 to 100 items");
        co_return Page<ConversationResponse>{std::vector<ConversationResponse>(page.limit),
                                             boost::json::array{1}};
    });
    api.on("delete_conversation",
           [](Caller, Path<ConversationId>) -> Task<NoContent> { co_return NoContent{}; });
    api.on("generate_chat_response",
           [](Caller, Body<ChatRequest> body) -> Task<std::variant<ChatResponse, EventStream>> {
               require_text(body->message);
               std::variant<ChatResponse, EventStream> answer;
               if (body->stream)
                   answer = std::make_unique<ThreeEvents>();
               co_return answer;
           });
    api.finish();
}

Api& api() {
    static Api api(real_contract());
    static const bool is_filled = (answer_all(api), true);
    require(is_filled, "the handlers are there");
    return api;
}

DispatcherOptions unlimited() {
    DispatcherOptions options;
    options.address_limit.quota = 0;
    options.caller_limit.quota = 0;
    return options;
}

ServerOptions quiet() {
    ServerOptions options;
    options.access_log = false;
    options.overload_delay = {}; // what is refused hangs on the clock
    options.trusted_proxies = AddressRanges::parse("::/0 0.0.0.0/0");
    return options;
}

// The server, and what it says to one client after another.
class House {
  public:
    // All that the server says to a client that sends these bytes in pieces and then no more.
    std::string talk(std::string_view bytes, std::size_t piece_size) {
        int ends[2];
        require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0, "there is a socket");
        asio::ip::tcp::socket server(io_);
        server.assign(asio::ip::tcp::v4(), ends[0]);
        bool is_over = false;
        asio::co_spawn(io_, serve(std::move(server), is_over), asio::detached);
        std::string answers;
        for (std::size_t begin = 0; begin < bytes.size(); begin += piece_size) {
            const auto piece = bytes.substr(begin, piece_size);
            // It fails where the server has closed the connection.
            (void)::send(ends[1], piece.data(), piece.size(), MSG_NOSIGNAL);
            go_on(ends[1], answers);
        }
        ::shutdown(ends[1], SHUT_WR);
        go_on(ends[1], answers);
        require(is_over, "a connection is over when the client has said all");
        ::close(ends[1]);
        return answers;
    }

  private:
    Task<void> serve(asio::ip::tcp::socket socket, bool& is_over) {
        Connection connection(std::move(socket), scope_);
        co_await connection.run();
        is_over = true;
    }

    void go_on(int client, std::string& answers) {
        bool moved = true;
        while (moved) {
            moved = io_.poll() > 0;
            char received[4096];
            for (ssize_t count = 0; (count = ::recv(client, received, sizeof received, 0)) > 0; moved = true)
                answers.append(received, static_cast<std::size_t>(count));
        }
    }

    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    OneUser users_;
    WorkerPool workers_{1, 1};
    SetClock clock_{noon};
    Metrics metrics_{api()};
    const Dispatcher dispatcher_{
        {api(), users_, users_, users_, workers_, clock_}, CursorCodec({1}), unlimited()};
    const ServerOptions options_ = quiet();
    ConnectionScope scope_{.options = options_,
                           .dispatcher = dispatcher_,
                           .metrics = metrics_,
                           .clock = clock_,
                           .load = LoadGuard(io_.get_executor(), options_.overload_delay),
                           .drain_deadline = asio::steady_timer(io_, SteadyTime::max())};
};

// With the ids of requests made equal, which are made anew each time.
std::string without_ids(std::string_view answers) {
    constexpr std::size_t id_size = 36;
    std::string text;
    while (!answers.empty()) {
        const bool is_id = answers.size() >= id_size && parse_uuid(answers.substr(0, id_size));
        text += is_id ? 'U' : answers.front();
        answers.remove_prefix(is_id ? id_size : 1);
    }
    return text;
}

// Each answer is one of HTTP/1.1 that Beast can read, and nothing is left over.
void require_answers(std::string_view text) {
    while (!text.empty()) {
        http::response_parser<http::string_body> parser;
        parser.eager(true);
        boost::system::error_code error;
        text.remove_prefix(parser.put(boost::asio::buffer(text), error));
        if (!error && !parser.is_done())
            parser.put_eof(error);
        require(!error, "each answer is framed");
        const auto& answer = parser.get();
        if (answer.result_int() == 100)
            continue;
        require(answer.result_int() != 500, "no request brings about an internal error");
        require(RequestId::parse(answer["X-Request-ID"]).has_value(), "each answer has the request's id");
        boost::system::error_code broken;
        if (answer["Content-Type"] == "application/json" && answer.count("Content-Encoding") == 0)
            boost::json::parse(answer.body(), broken);
        require(!broken, "what is called JSON is JSON");
    }
}

// The same, but for a head without end: what is wrong with it is told early or never.
bool is_same_talk(std::string_view one, std::string_view other) {
    if (one.size() > other.size())
        std::swap(one, other);
    const auto more = other.substr(one.size());
    return other.starts_with(one) && (more.empty() || more.starts_with("HTTP/1.1 400 "));
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree::fuzz;
    static House house;
    const auto bytes = as_text(data, size);
    const std::string answers = house.talk(bytes, std::max<std::size_t>(size, 1));
    if (bytes.find("HEAD") == std::string_view::npos) // such an answer tells a length that it has not
        require_answers(answers);
    const std::string in_pieces = house.talk(bytes, 7);
    require(is_same_talk(without_ids(in_pieces), without_ids(answers)),
            "however a request is split, it is one");
    return 0;
}
