#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/status.hpp>
#include <fmt/chrono.h>

#include "base/log.h"
#include "http/connection.h"
#include "http/errors.h"

namespace xentree {

using namespace asio::experimental::awaitable_operators;

namespace {

constexpr int stream_buffer = 128 * 1024; // bytes that the kernel keeps for a stream
constexpr std::chrono::seconds ping_interval{15};

// How a stream's source ended. An exception would not end the group that it runs in.
struct StreamEnd {
    std::exception_ptr failure;
};

Task<StreamEnd> run_source(EventSource& source, EventSink& sink) {
    StreamEnd end;
    try {
        co_await source.run(sink);
    } catch (...) {
        end.failure = std::current_exception();
    }
    co_return end;
}

ApiError as_api_error(const std::exception_ptr& failure, std::string_view path) {
    try {
        std::rethrow_exception(failure);
    } catch (const ApiError& error) {
        return error;
    } catch (const std::exception& error) {
        log(LogLevel::error, "a stream of {} failed: {}", path, error.what());
        return ApiError(ErrorCode::internal_error);
    }
}

std::string_view header_of(const Answer& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers) {
        if (key == name)
            return value;
    }
    return {};
}

} // namespace

std::string Connection::head_text(const Answer& answer, std::optional<std::size_t> length) const {
    std::string text;
    text.reserve(512);
    auto out = std::back_inserter(text);
    const auto reason =
        boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(answer.status));
    fmt::format_to(out, "HTTP/1.1 {} {}\r\n", answer.status, std::string_view(reason.data(), reason.size()));
    fmt::format_to(out, "Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n",
                   fmt::gmtime(std::chrono::system_clock::to_time_t(scope_.clock.now())));
    if (!answer.content_type.empty())
        fmt::format_to(out, "Content-Type: {}\r\n", answer.content_type);
    if (length)
        fmt::format_to(out, "Content-Length: {}\r\n", *length);
    else if (answer.events && is_http_1_1_)
        text += "Transfer-Encoding: chunked\r\n";
    for (const auto& [name, value] : answer.headers)
        fmt::format_to(out, "{}: {}\r\n", name, value);
    if (!keep_alive_)
        text += "Connection: close\r\n";
    else if (!is_http_1_1_)
        text += "Connection: keep-alive\r\n";
    text += "\r\n";
    return text;
}

Task<void> Connection::write(std::string bytes, std::string_view more) {
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(bytes), asio::buffer(more)};
    deadline_ =
        std::chrono::steady_clock::now() + scope_.options.body_timeout + time_for(asio::buffer_size(buffers));
    cut_short_ = true;
    co_await asio::async_write(socket_, buffers, asio::use_awaitable);
    cut_short_ = false;
    last_write_ = std::chrono::steady_clock::now();
    deadline_ = SteadyTime::max();
}

Task<void> Connection::write_answer(const Answer& answer, bool with_body) {
    const bool has_length = answer.status != 204 && answer.status != 304;
    std::string text = head_text(answer, has_length ? std::optional(answer.bytes().size()) : std::nullopt);
    if (with_body)
        text += answer.body;
    const std::string_view lasting = with_body ? answer.lasting_body : std::string_view();
    co_await write(std::move(text), lasting);
}

Task<void> Connection::write_stream(Answer answer) {
    if (!is_http_1_1_)
        keep_alive_ = false;                                // HTTP/1.0 has no other end than the connection's
    answer.headers.emplace_back("X-Accel-Buffering", "no"); // asks a proxy to pass events on at once
    std::string head = head_text(answer, std::nullopt);
    co_await write(std::move(head));
    if (head_.method == "HEAD")
        co_return;

    // What a reader does not take is held here, and not by megabytes in the kernel.
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::send_buffer_size(stream_buffer), ignored);
    scope_.metrics.open_streams().Increment();
    const auto outcome = co_await (run_source(*answer.events, *this) || ping_while_silent() ||
                                   wait_until_reader_gone() || wait_until_cut());
    scope_.metrics.open_streams().Decrement();
    if (outcome.index() == 2 || cut_short_) // after half a chunk nothing can be said
        throw boost::system::system_error(asio::error::connection_reset);

    std::optional<ApiError> failure;
    if (outcome.index() == 0 && std::get<0>(outcome).failure)
        failure = as_api_error(std::get<0>(outcome).failure, head_.path);
    if (outcome.index() == 3)
        failure = ApiError(ErrorCode::unavailable, "The server is shutting down.");
    if (failure)
        co_await send("error", error_body(*failure, header_of(answer, "X-Request-ID")));
    if (is_http_1_1_)
        co_await write("0\r\n\r\n");
}

Task<void> Connection::send(std::string event, boost::json::value data) {
    while (writing_) {
        boost::system::error_code woken; // the timer is moved to wake who waits
        co_await write_done_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    co_await write_chunk(fmt::format("event: {}\ndata: {}\n\n", event, boost::json::serialize(data)));
}

Task<void> Connection::write_chunk(std::string_view text) {
    struct Turn { // one writer at a time
        Connection& connection;
        explicit Turn(Connection& connection) : connection(connection) {
            connection.writing_ = true;
            connection.write_done_.expires_at(SteadyTime::max());
        }
        ~Turn() {
            connection.writing_ = false;
            connection.write_done_.expires_at(SteadyTime::min()); // wakes who waits
        }
    } turn(*this);
    std::string bytes = is_http_1_1_ ? fmt::format("{:x}\r\n{}\r\n", text.size(), text) : std::string(text);
    co_await write(std::move(bytes));
}

Task<void> Connection::wait_until_cut() {
    while (!scope_.draining || std::chrono::steady_clock::now() < scope_.drain_deadline.expiry()) {
        boost::system::error_code moved; // the deadline is set when draining begins
        co_await scope_.drain_deadline.async_wait(asio::redirect_error(asio::use_awaitable, moved));
    }
}

Task<void> Connection::ping_while_silent() {
    asio::steady_timer timer(socket_.get_executor());
    while (true) {
        timer.expires_at(last_write_ + ping_interval);
        co_await timer.async_wait(asio::use_awaitable);
        if (!writing_ && std::chrono::steady_clock::now() >= last_write_ + ping_interval)
            co_await write_chunk(": ping\n\n");
    }
}

} // namespace xentree
