#include "http/outbound.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "calls.h"

namespace xentree {
namespace {

Task<std::string> read_body(OutboundResponse& response) {
    std::string body;
    auto piece = co_await response.next();
    while (piece) {
        body += *piece;
        piece = co_await response.next();
    }
    co_return body;
}

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using test::Peer;
using test::say;
using test::Socket;
using Cause = OutboundError::Cause;

constexpr std::string_view endless = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n";

class Outbound : public testing::Test {
  protected:
    asio::io_context io;
    std::optional<Peer> peer;

    void serve(Peer::Script script) { peer.emplace(io, std::move(script)); }
    OutboundRequest get(const std::string& path = "/") {
        OutboundRequest request;
        request.url = peer->url(path);
        return request;
    }
    std::pair<std::optional<OutboundError>, std::string> outcome(OutboundRequest request) {
        return test::call(io, std::move(request));
    }
    std::optional<Cause> cause(OutboundRequest request) {
        const auto failure = outcome(std::move(request)).first;
        return failure ? std::optional(failure->cause) : std::nullopt;
    }
};

TEST_F(Outbound, an_answer_has_its_status_headers_and_body) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, "HTTP/1.1 100 Continue\r\nX-Kind: interim\r\n\r\n");
        co_await say(socket, "HTTP/1.1 418 Teapot\r\nX-Kind: final\r\nTransfer-Encoding: chunked\r\n\r\n");
        co_await say(socket, "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
    });
    test::run(io, [&]() -> Task<void> {
        const auto response = co_await send_outbound(get());
        EXPECT_EQ(response->status(), 418);
        EXPECT_EQ(response->header("x-KIND"), "final");
        EXPECT_EQ(response->header("x-other"), std::nullopt);
        const std::string body = co_await read_body(*response);
        EXPECT_EQ(body, "hello world");
        EXPECT_EQ(response->header("x-kind"), "final");
        const auto end = co_await response->next();
        EXPECT_EQ(end, std::nullopt);
    });
}

TEST_F(Outbound, a_request_is_sent_as_it_is_and_nothing_more) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, test::answer("200 OK", "a/b", ""));
    });
    OutboundRequest request = get("/path?x=1");
    request.method = "PUT";
    request.headers = {{"X-One", "1"}, {"X-Empty", ""}};
    request.body.assign(2'000'000, 'x');
    EXPECT_EQ(cause(request), std::nullopt);
    const std::string& sent = peer->requests.at(0);
    EXPECT_TRUE(sent.starts_with("PUT /path?x=1 HTTP/1.1\r\n"));
    EXPECT_NE(sent.find("\r\nX-One: 1\r\n"), std::string::npos);
    EXPECT_NE(sent.find("\r\nX-Empty:"), std::string::npos);
    EXPECT_EQ(sent.find("Expect"), std::string::npos);
    EXPECT_EQ(sent.find("Content-Type"), std::string::npos);
    EXPECT_TRUE(sent.ends_with(request.body));
}

TEST_F(Outbound, calls_one_after_the_other_share_a_connection) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, test::answer("200 OK", "a/b", "ok"));
    });
    EXPECT_EQ(outcome(get()).second, "ok");
    EXPECT_EQ(outcome(get()).second, "ok");
    EXPECT_EQ(peer->connections, 1);
}

TEST_F(Outbound, a_redirect_is_an_answer_and_is_not_followed) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    });
    test::run(io, [&]() -> Task<void> {
        const auto response = co_await send_outbound(get());
        EXPECT_EQ(response->status(), 302);
    });
    EXPECT_EQ(peer->requests.size(), 1);
}

TEST_F(Outbound, no_cookie_comes_back) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
    });
    outcome(get());
    outcome(get());
    EXPECT_EQ(peer->requests.at(1).find("Cookie"), std::string::npos);
}

TEST_F(Outbound, a_proxy_of_the_environment_is_not_used) {
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, test::answer("200 OK", "a/b", "ok"));
    });
    EXPECT_EQ(outcome(get()).second, "ok");
    unsetenv("http_proxy");
}

TEST_F(Outbound, a_server_that_does_not_answer_is_a_timeout) {
    serve([](Socket& socket, std::string) -> Task<void> { co_await test::wait_for_close(socket); });
    OutboundRequest request = get();
    request.silence_timeout = 50ms;
    EXPECT_EQ(cause(request), Cause::timeout);
}

TEST_F(Outbound, a_server_that_stops_in_the_middle_is_a_timeout) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, std::string(endless) + "begin");
        co_await test::wait_for_close(socket);
    });
    OutboundRequest request = get();
    request.silence_timeout = 50ms;
    const auto [failure, body] = outcome(request);
    EXPECT_EQ(body, "begin");
    EXPECT_EQ(failure.value().cause, Cause::timeout);
}

TEST_F(Outbound, a_server_that_never_ends_is_a_timeout) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, std::string(endless));
        asio::steady_timer pace(socket.get_executor());
        for (;;) {
            co_await say(socket, "x");
            pace.expires_after(5ms);
            co_await pace.async_wait(asio::use_awaitable);
        }
    });
    OutboundRequest request = get();
    request.total_timeout = 100ms;
    const auto [failure, body] = outcome(request);
    EXPECT_GT(body.size(), 1);
    EXPECT_EQ(failure.value().cause, Cause::timeout);
}

TEST_F(Outbound, an_upload_that_moves_is_no_silence) {
    using asio::ip::tcp;
    constexpr std::size_t size = 32 * 1024 * 1024; // more than the kernel takes at once
    tcp::acceptor acceptor(io, tcp::v4());
    acceptor.set_option(asio::socket_base::receive_buffer_size(128 * 1024));
    acceptor.bind({asio::ip::address_v4::loopback(), 0});
    acceptor.listen();
    const auto slow_peer = [&]() -> Task<void> {
        Socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        asio::steady_timer pace(io);
        std::string bytes(256 * 1024, ' ');
        int slow_reads = 60;
        for (std::size_t received = 0; received < size;) {
            received += co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
            if (--slow_reads < 0)
                continue;
            pace.expires_after(5ms);
            co_await pace.async_wait(asio::use_awaitable);
        }
        co_await say(socket, test::answer("200 OK", "a/b", "ok"));
    };
    asio::co_spawn(io, slow_peer, asio::detached);
    OutboundRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    request.method = "POST";
    request.body.assign(size, 'x');
    request.silence_timeout = 150ms;
    EXPECT_EQ(outcome(request).second, "ok");
}

TEST_F(Outbound, an_answer_past_the_limit_is_too_large) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, test::answer("200 OK", "a/b", std::string(2'000, 'x')));
    });
    OutboundRequest request = get();
    request.response_limit = 1'000;
    EXPECT_EQ(cause(request), Cause::too_large);
    request.response_limit = 2'000;
    EXPECT_EQ(cause(request), std::nullopt);
}

TEST_F(Outbound, headers_without_end_are_too_large) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, "HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 1'000; ++i)
            co_await say(socket, "X-Header: " + std::string(1'000, 'x') + "\r\n");
        co_await test::wait_for_close(socket);
    });
    EXPECT_EQ(cause(get()), Cause::too_large);
}

TEST_F(Outbound, an_answer_that_is_cut_is_broken_after_what_came) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, std::string(endless) + "begin");
        socket.close();
    });
    const auto [failure, body] = outcome(get());
    EXPECT_EQ(body, "begin");
    EXPECT_EQ(failure.value().cause, Cause::broken);
}

TEST_F(Outbound, a_server_that_speaks_no_http_is_unreachable) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, "SSH-2.0-OpenSSH_9.2\r\n");
        socket.close();
    });
    EXPECT_EQ(cause(get()), Cause::unreachable);
}

TEST_F(Outbound, a_failure_tells_the_host_and_no_secret) {
    OutboundRequest request;
    {
        asio::ip::tcp::acceptor closed(io, {asio::ip::address_v4::loopback(), 0});
        const auto port = std::to_string(closed.local_endpoint().port());
        request.url = "http://user:password@127.0.0.1:" + port + "/secret-path?key=secret-query";
    }
    request.headers = {{"Authorization", "Bearer secret-header"}};
    request.body = "secret-body";
    const auto failure = outcome(request).first.value();
    const std::string what = failure.what();
    EXPECT_EQ(failure.cause, Cause::unreachable);
    EXPECT_TRUE(what.starts_with("127.0.0.1: "));
    EXPECT_EQ(what.find("secret"), std::string::npos);
    EXPECT_EQ(what.find("password"), std::string::npos);
}

TEST_F(Outbound, only_http_and_https_are_spoken) {
    for (const char* url :
         {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x", "not an address"}) {
        OutboundRequest request;
        request.url = url;
        EXPECT_EQ(cause(request), Cause::unreachable) << url;
    }
}

TEST_F(Outbound, a_line_break_in_a_header_is_not_sent) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, test::answer("200 OK", "a/b", ""));
    });
    OutboundRequest request = get();
    request.headers = {{"X-One", "1\r\nX-Two: 2"}};
    EXPECT_EQ(cause(request), Cause::broken);
    EXPECT_TRUE(peer->requests.empty());
}

TEST_F(Outbound, a_reader_that_does_not_come_holds_up_the_sender) {
    constexpr std::size_t size = 64 * 1024 * 1024;
    std::size_t sent = 0;
    serve([&](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
        const std::string chunk(64 * 1024, 'x');
        for (; sent < size; sent += chunk.size())
            co_await say(socket, chunk);
    });
    test::run(io, [&]() -> Task<void> {
        OutboundRequest request = get();
        request.response_limit = size;
        const auto response = co_await send_outbound(request);
        // The sender has stopped when nothing moves for a while.
        asio::steady_timer pause(io);
        for (std::size_t before = 1; before != sent;) {
            before = sent;
            pause.expires_after(100ms);
            co_await pause.async_wait(asio::use_awaitable);
        }
        EXPECT_LT(sent, size / 2);
        std::size_t received = 0;
        for (;;) {
            const auto piece = co_await response->next();
            if (!piece)
                break;
            EXPECT_LE(piece->size(), 256 * 1024);
            received += piece->size();
        }
        EXPECT_EQ(received, size);
    });
}

TEST_F(Outbound, destroying_the_answer_closes_the_connection) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, std::string(endless) + "begin");
        co_await test::wait_for_close(socket);
    });
    test::run(io, [&]() -> Task<void> {
        auto response = co_await send_outbound(get());
        response.reset();
        co_await test::until([&] { return peer->closed == 1; });
    });
}

TEST_F(Outbound, cancelling_the_coroutine_closes_the_connection) {
    serve([](Socket& socket, std::string) -> Task<void> { co_await test::wait_for_close(socket); });
    test::run(io, [&]() -> Task<void> {
        auto call = send_outbound(get());
        auto received = test::until([&] { return peer->requests.size() == 1; });
        const auto first = co_await (std::move(call) || std::move(received));
        EXPECT_EQ(first.index(), 1);
        co_await test::until([&] { return peer->closed == 1; });
    });
}

TEST_F(Outbound, cancelling_the_wait_for_the_next_piece_closes_the_connection) {
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, std::string(endless) + "begin");
        co_await test::wait_for_close(socket);
    });
    test::run(io, [&]() -> Task<void> {
        const auto response = co_await send_outbound(get());
        const auto piece = co_await response->next();
        EXPECT_EQ(piece, "begin");
        asio::steady_timer soon(io, 10ms);
        auto next = response->next();
        const auto first = co_await (std::move(next) || soon.async_wait(asio::use_awaitable));
        EXPECT_EQ(first.index(), 1);
        co_await test::until([&] { return peer->closed == 1; });
        EXPECT_THROW(co_await response->next(), OutboundError);
    });
}

TEST_F(Outbound, many_calls_are_under_way_at_once) {
    int waiting = 0;
    serve([&](Socket& socket, std::string) -> Task<void> {
        ++waiting;
        co_await test::until([&] { return waiting == 100; });
        co_await say(socket, test::answer("200 OK", "a/b", "ok"));
    });
    int done = 0;
    const auto call = [&]() -> Task<void> {
        const auto response = co_await send_outbound(get());
        const std::string body = co_await read_body(*response);
        EXPECT_EQ(body, "ok");
        ++done;
    };
    test::run(io, [&]() -> Task<void> {
        for (int i = 0; i < 100; ++i)
            asio::co_spawn(io, call, asio::detached);
        co_await test::until([&] { return done == 100; });
    });
}

TEST(OutboundEnd, the_event_loop_can_end_with_calls_under_way) {
    asio::io_context io;
    Peer peer(io, [](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, std::string(endless) + "begin");
        co_await test::wait_for_close(socket);
    });
    const auto call = [&]() -> Task<void> {
        OutboundRequest request;
        request.url = peer.url("/");
        const auto response = co_await send_outbound(request);
        io.stop();
        co_await read_body(*response);
    };
    asio::co_spawn(io, call, asio::detached);
    io.run();
    EXPECT_EQ(peer.requests.size(), 1);
}

} // namespace
} // namespace xentree
