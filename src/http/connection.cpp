#include "http/connection.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <poll.h>

#include "base/log.h"

namespace xentree {

namespace http = boost::beast::http;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t skipped_at_most = 64 * 1024; // bytes of a body that nobody wants
constexpr std::size_t bytes_a_second = 32 * 1024;  // slowest client that is waited for

std::chrono::seconds time_for(std::size_t bytes) {
    return std::chrono::seconds(bytes / bytes_a_second);
}

bool is_peer_gone(int socket) {
    pollfd poll{socket, POLLRDHUP, 0};
    return ::poll(&poll, 1, 0) == 1 && (poll.revents & (POLLRDHUP | POLLERR | POLLHUP)) != 0;
}

// What the parser lets pass and a proxy before this server may read otherwise.
std::optional<Fault> framing_fault(const RequestHead& head, bool is_http_1_1) {
    if (is_http_1_1 && head.headers.count(http::field::host) != 1)
        return Fault{"Host", "must be given once"};
    const auto codings = head.headers.count(http::field::transfer_encoding);
    const std::string_view coding = head.header("Transfer-Encoding");
    if (codings > 1 || (codings == 1 && (!boost::beast::iequals(coding, "chunked") || !is_http_1_1)))
        return Fault{"Transfer-Encoding", "must be chunked, and nothing else"};
    return std::nullopt;
}

} // namespace

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
    }
    co_await linger();
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
    const std::string_view target = message.target();
    const auto question = target.find('?');
    head_.path = std::string(target.substr(0, question));
    head_.query =
        question == std::string_view::npos ? std::string() : std::string(target.substr(question + 1));
    head_.headers = message.base();
    head_.address = client_address(peer_, head_.header("X-Forwarded-For"), scope_.options.trusted_proxies);
    keep_alive_ = parser_->keep_alive();
    chunked_ = message.version() >= 11;
    co_return true;
}

Task<void> Connection::serve_request() {
    const auto begin = std::chrono::steady_clock::now();
    deadline_ = SteadyTime::max();
    const auto sent_id = RequestId::parse(head_.header("X-Request-ID"));
    const RequestId id = sent_id ? *sent_id : RequestId::make(scope_.clock.now());

    Answer answer;
    const Dispatcher::Route route = scope_.dispatcher.route(head_);
    if (const auto fault = framing_fault(head_, chunked_)) {
        keep_alive_ = false;
        answer = scope_.dispatcher.refuse(ApiError({*fault}), head_, id);
    } else if (route.waits_outside()) {
        answer = co_await answer_unless_gone(route, id);
    } else {
        answer = co_await scope_.dispatcher.dispatch(route, head_, id, !parser_->is_done(), *this);
    }
    deadline_ = SteadyTime::max();

    // An answer to a body that was not read goes out first; a long rest of it is not waited for.
    if (!parser_->is_done() && keep_alive_)
        keep_alive_ = co_await skip_body();
    if (scope_.draining)
        keep_alive_ = false;

    const int status = answer.status;
    scope_.metrics.count_request(route.operation ? route.operation->operation : nullptr, status,
                                 std::chrono::steady_clock::now() - begin);
    if (answer.events)
        co_await write_stream(std::move(answer));
    else
        co_await write_answer(answer, head_.method != "HEAD");
    log_access(status, id, begin);
}

// As dispatch, but ends with an exception as soon as the client goes away.
Task<Answer> Connection::answer_unless_gone(const Dispatcher::Route& route, RequestId id) {
    auto outcome = co_await (scope_.dispatcher.dispatch(route, head_, id, !parser_->is_done(), *this) ||
                             wait_until_gone());
    if (outcome.index() == 1)
        throw boost::system::system_error(asio::error::connection_reset);
    co_return std::move(std::get<0>(outcome));
}

Task<void> Connection::wait_until_gone() {
    asio::steady_timer pause(socket_.get_executor());
    while (!is_peer_gone(socket_.native_handle())) {
        co_await socket_.async_wait(asio::ip::tcp::socket::wait_read, asio::use_awaitable);
        if (is_peer_gone(socket_.native_handle()))
            break;
        // The next request is there already, or the rest of this one: readiness says nothing now.
        pause.expires_after(std::chrono::milliseconds(250));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

Task<std::string> Connection::read(std::size_t limit) {
    if (const auto length = parser_->content_length(); length && *length > limit)
        throw ApiError(ErrorCode::payload_too_large);
    if (head_.header("Expect") == "100-continue")
        co_await write("HTTP/1.1 100 Continue\r\n\r\n");
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
        if (error && error != http::error::need_more) {
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

// Reads the rest of a request that nobody wants, where it is short. False where the connection cannot go on.
Task<bool> Connection::skip_body() {
    const auto length = parser_->content_length_remaining();
    if (!length || *length > skipped_at_most || head_.header("Expect") == "100-continue")
        co_return false;
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
    const RequestId id = RequestId::make(scope_.clock.now());
    const bool too_large = error == http::error::header_limit;
    const std::string message =
        too_large ? "is larger than this server takes" : "is no request of HTTP/1.1: " + error.message();
    const ApiError refusal({Fault{"", message}});
    Answer answer = scope_.dispatcher.refuse(refusal, RequestHead{}, id);
    if (too_large)
        answer.status = 431;
    deadline_ = std::chrono::steady_clock::now() + scope_.options.header_timeout;
    co_await write_answer(answer, true);
    co_await linger();
}

void Connection::log_access(int status, RequestId id, SteadyTime begin) const {
    if (!scope_.options.access_log)
        return;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    log_request(LogLevel::info, id.text(), "{} {} {} {:.1f} ms {}", head_.method, head_.path, status,
                took.count(), head_.address);
}

} // namespace xentree
