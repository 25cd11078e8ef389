#include "http/connection.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <poll.h>
#include <sodium.h>
#include <sys/socket.h>

#include "base/log.h"

namespace xentree {

namespace http = boost::beast::http;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t skipped_at_most = 64 * 1024; // bytes of a body that nobody wants
constexpr std::chrono::seconds overload_wait{1};   // asked of whom the server has no time for
constexpr int client_gone = 499;                   // as nginx has it; never sent

constexpr std::chrono::milliseconds look_interval{250};
constexpr std::chrono::seconds probe_interval{15}; // of a client that has ended its side

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

bool is_any(int socket, int events) {
    pollfd poll{socket, POLLRDHUP, 0};
    return ::poll(&poll, 1, 0) == 1 && (poll.revents & events) != 0;
}
// Whether the client sends no more: it has closed its side, or all.
bool has_ended(int socket) {
    return is_any(socket, POLLRDHUP | POLLERR | POLLHUP);
}
bool is_reset(int socket) {
    return is_any(socket, POLLERR | POLLHUP);
}

// Not waited for: so short a text is taken whole or not at all.
bool send_at_once(int socket, std::string_view text) {
    const auto sent = ::send(socket, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(text.size());
}

// What the parser lets pass and a proxy before this server may read otherwise.
std::optional<Fault> framing_fault(const RequestHead& head, bool is_http_1_1) {
    if (is_http_1_1 && head.headers.count(http::field::host) != 1)
        return Fault{"Host", "must be given once"};
    const auto codings = head.headers.count(http::field::transfer_encoding);
    const std::string_view coding = head.header("Transfer-Encoding");
    const std::string_view length = head.header("Content-Length");
    if (head.headers.count(http::field::content_length) > 1 || length.find(',') != std::string_view::npos)
        return Fault{"Content-Length", "must be given once"};
    if (codings > 1 || (codings == 1 && (!boost::beast::iequals(coding, "chunked") || !is_http_1_1)))
        return Fault{"Transfer-Encoding", "must be chunked, and nothing else"};
    return std::nullopt;
}

// Path and query of a request target; an absolute one loses scheme and authority (RFC 9112, section 3.2.2).
std::string_view origin_form(std::string_view target) {
    const std::size_t scheme = target.starts_with("http://") ? 7 : target.starts_with("https://") ? 8 : 0;
    if (scheme == 0)
        return target;
    const auto path = target.find_first_of("/?", scheme);
    return path == std::string_view::npos ? "/" : target.substr(path);
}

std::string all_lines(const http::fields& headers, std::string_view name) {
    std::string joined;
    const auto [begin, end] = headers.equal_range(name);
    for (auto line = begin; line != end; ++line)
        joined.append(joined.empty() ? "" : ",").append(std::string_view(line->value()));
    return joined;
}

} // namespace

class Connection::Record {
  public:
    explicit Record(const Connection& connection) : connection_(connection) {}
    ~Record() {
        const auto took = std::chrono::steady_clock::now() - begin_;
        connection_.scope_.metrics.count_request(operation, status, took);
        if (!connection_.scope_.options.access_log)
            return;
        const RequestHead& head = connection_.head_;
        const double milliseconds = std::chrono::duration<double, std::milli>(took).count();
        log_request(LogLevel::info, id.text(), "{} {} {} {:.1f} ms {}", head.method, head.path, status,
                    milliseconds, head.address);
    }
    Record(const Record&) = delete;
    Record& operator=(const Record&) = delete;

    const Operation* operation = nullptr;
    RequestId id;
    int status = client_gone;

  private:
    const Connection& connection_;
    SteadyTime begin_ = std::chrono::steady_clock::now();
};

Connection::Connection(asio::ip::tcp::socket socket, ConnectionScope& scope) :
    socket_(std::move(socket)), scope_(scope), write_done_(socket_.get_executor()) {
    boost::system::error_code ignored;
    peer_ = socket_.remote_endpoint(ignored).address();
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Task<void> Connection::run() {
    try {
        co_await serve();
    } catch (const boost::system::system_error&) {
        // The client is gone, or took too long.
    } catch (const std::exception& error) {
        log(LogLevel::error, "a connection failed: {}", error.what());
    }
    boost::system::error_code ignored;
    socket_.close(ignored);
}

Task<void> Connection::serve() {
    while (keep_alive_ && !scope_.draining) {
        const bool there_is_one = co_await read_head();
        if (!there_is_one)
            co_return;
        co_await serve_request();
        if (held_back_ && keep_alive_)
            co_await hold_back();
    }
    co_await linger();
}

// Whoever was refused and asks again at once would only keep the thread busy. A proxy's connection is shared
// by its clients, who shall not wait for each other.
Task<void> Connection::hold_back() {
    held_back_ = false;
    if (scope_.options.trusted_proxies.contains(peer_))
        co_return;
    deadline_ = SteadyTime::max();
    idle_ = true; // as far as draining goes
    // Each another time, so that they do not all come back at once, and none longer than it was told to wait.
    const std::chrono::milliseconds wait(500 + randombytes_uniform(450));
    asio::steady_timer pause(socket_.get_executor(), wait);
    co_await pause.async_wait(asio::use_awaitable);
}

// Health is answered under any load: who asks for it decides by the answer.
bool Connection::is_too_much(const Dispatcher::Route& route) {
    const bool refuses = scope_.load.refuses(std::chrono::steady_clock::now());
    return refuses && route.operation && route.operation->operation->rate_limited;
}

void Connection::check_deadline(SteadyTime now) {
    boost::system::error_code ignored;
    if (now > deadline_)
        socket_.close(ignored);
}

void Connection::drain() {
    boost::system::error_code ignored;
    if (idle_)
        socket_.close(ignored);
}

// False where there is no further request.
Task<bool> Connection::read_head() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(scope_.options.header_limit));
    parser_->body_limit(boost::none);
    parser_->eager(false);
    idle_ = buffer_.size() == 0;
    if (idle_) { // what a large request took is not kept for a quiet connection
        head_ = RequestHead{};
        if (buffer_.capacity() > read_size)
            buffer_.shrink_to_fit();
    }
    const auto now = std::chrono::steady_clock::now();
    deadline_ = now + (idle_ ? scope_.options.idle_timeout : scope_.options.header_timeout);
    while (!parser_->is_header_done()) {
        boost::system::error_code error = http::error::need_more;
        if (buffer_.size() > 0)
            buffer_.consume(parser_->put(buffer_.data(), error));
        if (parser_->is_header_done())
            break;
        if (error && error != http::error::need_more) {
            co_await refuse_head(error);
            co_return false;
        }
        const std::size_t received = co_await read_some();
        if (received == 0)
            co_return false;
        if (idle_)
            deadline_ = std::chrono::steady_clock::now() + scope_.options.header_timeout;
        idle_ = false;
    }
    const auto& message = parser_->get();
    head_.method = std::string(message.method_string());
    const std::string_view target = origin_form(message.target());
    const auto question = target.find('?');
    head_.path = std::string(target.substr(0, question));
    head_.query =
        question == std::string_view::npos ? std::string() : std::string(target.substr(question + 1));
    head_.headers = message.base();
    head_.address =
        client_address(peer_, all_lines(head_.headers, "X-Forwarded-For"), scope_.options.trusted_proxies);
    keep_alive_ = parser_->keep_alive();
    is_http_1_1_ = message.version() >= 11;
    co_return true;
}

Task<void> Connection::serve_request() {
    deadline_ = SteadyTime::max();
    Record record(*this);
    const auto sent_id = RequestId::parse(head_.header("X-Request-ID"));
    record.id = sent_id ? *sent_id : RequestId::make(scope_.clock.now());
    const Dispatcher::Route route = scope_.dispatcher.route(head_);
    record.operation = route.operation ? route.operation->operation : nullptr;

    Answer answer = co_await answer_request(route, record.id);
    deadline_ = SteadyTime::max();
    const bool can_go_on = parser_->is_done() || may_skip_body();
    keep_alive_ = keep_alive_ && can_go_on && !scope_.draining;
    const int status = answer.status;
    if (answer.events)
        co_await write_stream(std::move(answer));
    else
        co_await write_answer(answer, head_.method != "HEAD");
    record.status = status;
    if (keep_alive_ && !parser_->is_done())
        keep_alive_ = co_await skip_body();
}

Task<Answer> Connection::answer_request(const Dispatcher::Route& route, RequestId id) {
    if (auto fault = framing_fault(head_, is_http_1_1_)) {
        keep_alive_ = false;
        const ApiError refusal(std::vector<Fault>{std::move(*fault)});
        co_return scope_.dispatcher.refuse(refusal, head_, id);
    }
    if (is_too_much(route)) {
        held_back_ = true;
        const ApiError refusal = ApiError::retry_later(ErrorCode::unavailable, overload_wait,
                                                       "The server has more to do than it can.");
        co_return scope_.dispatcher.refuse(refusal, head_, id);
    }
    if (route.waits_outside())
        co_return co_await answer_unless_gone(route, id);
    co_return co_await scope_.dispatcher.dispatch(route, head_, id, !parser_->is_done(), *this);
}

// What dispatch ended with. An exception would not end the group that it runs in.
struct Connection::Outcome {
    Answer answer;
    std::exception_ptr failure;
};

Task<Connection::Outcome> Connection::dispatch(const Dispatcher::Route& route, RequestId id) {
    Outcome outcome;
    try {
        outcome.answer = co_await scope_.dispatcher.dispatch(route, head_, id, !parser_->is_done(), *this);
    } catch (...) {
        outcome.failure = std::current_exception();
    }
    co_return outcome;
}

// As dispatch, but ends with an exception as soon as the client goes away, and with a 503 when draining is
// over.
Task<Answer> Connection::answer_unless_gone(const Dispatcher::Route& route, RequestId id) {
    auto outcome = co_await (dispatch(route, id) || wait_until_gone() || wait_until_cut());
    if (outcome.index() == 1)
        throw boost::system::system_error(asio::error::connection_reset);
    if (outcome.index() == 2) {
        const ApiError refusal(ErrorCode::unavailable, "The server is shutting down.");
        co_return scope_.dispatcher.refuse(refusal, head_, id);
    }
    if (std::get<0>(outcome).failure)
        std::rethrow_exception(std::get<0>(outcome).failure);
    co_return std::move(std::get<0>(outcome).answer);
}

Task<void> Connection::wait_until_gone() {
    co_await wait_until_ended();
    // Who is gone since the last probe resets the connection when the next one comes.
    bool is_gone = !is_http_1_1_;
    while (!is_gone && send_at_once(socket_.native_handle(), go_on))
        is_gone = co_await is_reset_within(probe_interval);
}

Task<void> Connection::wait_until_reader_gone() {
    co_await wait_until_ended();
    try {
        if (!writing_) // else what is being written is the probe
            co_await write_chunk(": ping\n\n");
        bool is_gone = false;
        while (!is_gone) // the pings are the further probes
            is_gone = co_await is_reset_within(probe_interval);
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted)
            throw;
    }
}

Task<void> Connection::wait_until_ended() {
    asio::steady_timer pause(socket_.get_executor());
    while (!has_ended(socket_.native_handle())) {
        co_await socket_.async_wait(asio::ip::tcp::socket::wait_read, asio::use_awaitable);
        if (has_ended(socket_.native_handle()))
            break;
        // The next request is there already, or the rest of this one: readiness says nothing now.
        pause.expires_after(look_interval);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

// By looking now and then: Asio's wait for errors ends at once, and again, where an urgent byte (MSG_OOB) is
// unread.
Task<bool> Connection::is_reset_within(std::chrono::milliseconds time) {
    asio::steady_timer pause(socket_.get_executor());
    const auto end = std::chrono::steady_clock::now() + time;
    while (!is_reset(socket_.native_handle())) {
        if (std::chrono::steady_clock::now() >= end)
            co_return false;
        pause.expires_after(look_interval);
        co_await pause.async_wait(asio::use_awaitable);
    }
    co_return true;
}

std::optional<std::size_t> Connection::length() const {
    const auto length = parser_->content_length();
    return length ? std::optional(static_cast<std::size_t>(*length)) : std::nullopt;
}

bool Connection::expects_continue() const {
    return is_http_1_1_ && boost::beast::iequals(head_.header("Expect"), "100-continue");
}

Task<std::string> Connection::read(std::size_t limit) {
    if (length().value_or(0) > limit)
        throw ApiError(ErrorCode::payload_too_large);
    if (expects_continue())
        co_await write(std::string(go_on));
    parser_->body_limit(limit);
    parser_->eager(true);
    const auto begin = std::chrono::steady_clock::now();
    std::size_t received = 0;
    while (true) {
        boost::system::error_code error = http::error::need_more;
        if (buffer_.size() > 0)
            buffer_.consume(parser_->put(buffer_.data(), error));
        if (parser_->is_done())
            break;
        if (error == http::error::body_limit)
            throw ApiError(ErrorCode::payload_too_large);
        // What the parser leaves is the line of a chunk or a trailer without end; and chunks of a byte each
        // are more framing than body.
        const bool is_framed = buffer_.size() <= scope_.options.header_limit &&
                               received <= 8 * limit + scope_.options.header_limit;
        if ((error && error != http::error::need_more) || !is_framed) {
            keep_alive_ = false;
            throw ApiError({Fault{"", "is not framed as HTTP/1.1 has it"}});
        }
        deadline_ = begin + scope_.options.body_timeout + time_for(received);
        const std::size_t more = co_await read_some();
        if (more == 0) {
            keep_alive_ = false;
            throw ApiError({Fault{"", "ends before its length"}});
        }
        received += more;
    }
    deadline_ = SteadyTime::max();
    co_return std::move(parser_->get().body());
}

// Whether the rest of a request that nobody wants is short enough to be read away.
bool Connection::may_skip_body() const {
    const auto rest = parser_->content_length_remaining();
    return rest && *rest <= skipped_at_most && !expects_continue();
}

// False where the connection cannot go on.
Task<bool> Connection::skip_body() {
    try {
        co_await read(skipped_at_most + parser_->get().body().size());
    } catch (const ApiError&) {
        co_return false;
    }
    co_return true;
}

// 0 at the end of what the client sends.
Task<std::size_t> Connection::read_some() {
    boost::system::error_code error;
    const std::size_t count = co_await socket_.async_read_some(
        buffer_.prepare(read_size), asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::eof || error == asio::error::connection_reset)
        co_return 0;
    if (error)
        throw boost::system::system_error(error);
    buffer_.commit(count);
    co_return count;
}

// Lets the client read the last answer before the connection goes: closing with unread input would reset it.
Task<void> Connection::linger() {
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    deadline_ = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    idle_ = true;
    std::size_t count = 0;
    do {
        buffer_.clear();
        count = co_await read_some();
    } while (count > 0);
}

Task<void> Connection::refuse_head(boost::system::error_code error) {
    keep_alive_ = false;
    Record record(*this);
    record.id = RequestId::make(scope_.clock.now());
    const ApiError refusal = error == http::error::header_limit
                                 ? ApiError(ErrorCode::request_head_too_large)
                                 : ApiError({Fault{"", "is no request of HTTP/1.1: " + error.message()}});
    const Answer answer = scope_.dispatcher.refuse(refusal, RequestHead{}, record.id);
    record.status = answer.status;
    deadline_ = std::chrono::steady_clock::now() + scope_.options.header_timeout;
    co_await write_answer(answer, true);
    co_await linger();
}

} // namespace xentree
