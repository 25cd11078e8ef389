#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <optional>
#include <string>

#include "http/load_guard.h"
#include "http/server.h"

namespace xentree {

using SteadyTime = std::chrono::steady_clock::time_point;

// What is allowed beside a timeout for so many bytes, at the pace of the slowest client that is waited for.
inline std::chrono::seconds time_for(std::size_t bytes) {
    return std::chrono::seconds(bytes / (32 * 1024));
}

// What the connections of one I/O thread share. Used on that thread only.
struct ConnectionScope {
    const ServerOptions& options;
    const Dispatcher& dispatcher;
    Metrics& metrics;
    const Clock& clock;
    LoadGuard load;
    asio::steady_timer drain_deadline; // expires when streams are to be cut
    bool draining = false;
};

// One client's connection: reads requests, has them answered, writes the answers.
class Connection final : private BodyReader, private EventSink {
  public:
    Connection(asio::ip::tcp::socket socket, ConnectionScope& scope);

    // Returns when the connection is over; never throws.
    Task<void> run();
    // Ends it where its deadline has passed.
    void check_deadline(SteadyTime now);
    // Ends it where it waits for a request; else after the answer.
    void drain();

  private:
    // Counts and logs a request when it is over, however that comes.
    class Record;
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    Task<void> serve();
    Task<bool> read_head();
    Task<void> serve_request();
    bool is_too_much(const Dispatcher::Route& route);
    Task<void> hold_back();
    Task<Answer> answer_request(const Dispatcher::Route& route, RequestId id);
    struct Outcome;
    Task<Outcome> dispatch(const Dispatcher::Route& route, RequestId id);
    Task<Answer> answer_unless_gone(const Dispatcher::Route& route, RequestId id);
    Task<std::string> read(std::size_t limit) override;
    std::optional<std::size_t> length() const override;
    bool expects_continue() const;
    bool may_skip_body() const;
    Task<bool> skip_body();
    Task<std::size_t> read_some();
    // `more` goes after `bytes` and lives until this has returned.
    Task<void> write(std::string bytes, std::string_view more = {});
    Task<void> write_answer(const Answer& answer, bool with_body);
    Task<void> write_stream(Answer answer);
    Task<void> send(std::string event, boost::json::value data) override;
    Task<void> write_chunk(std::string_view text);
    Task<void> ping_while_silent();
    // Until the client has closed its connection. That it ends its side only is no reason to go, and looks
    // the same: so it is sent something that a closed connection answers with a reset. Before an answer and
    // in a stream that is not the same.
    Task<void> wait_until_gone();
    Task<void> wait_until_reader_gone();
    Task<void> wait_until_ended();
    Task<bool> is_reset_within(std::chrono::milliseconds time);
    Task<void> wait_until_cut();
    Task<void> linger();
    Task<void> refuse_head(boost::system::error_code error);
    std::string head_text(const Answer& answer, std::optional<std::size_t> length) const;

    asio::ip::tcp::socket socket_;
    ConnectionScope& scope_;
    asio::ip::address peer_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    RequestHead head_;
    bool keep_alive_ = true;
    bool idle_ = true;
    bool held_back_ = false; // was refused because of too much load
    bool is_http_1_1_ = true;
    bool writing_ = false;   // an event of a stream
    bool cut_short_ = false; // a write was begun and not finished
    asio::steady_timer write_done_;
    SteadyTime last_write_;
    SteadyTime deadline_ = SteadyTime::max();
};

} // namespace xentree
