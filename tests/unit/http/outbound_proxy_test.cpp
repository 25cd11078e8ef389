#include <gtest/gtest.h>

#include <cstdlib>

#include "calls.h"
#include "http/outbound_network.h"

namespace xentree {
namespace {

using test::Peer;
using test::say;
using test::Socket;
using Cause = OutboundError::Cause;

class ProxiedCalls : public testing::Test {
  protected:
    asio::io_context io;
    // A proxy of ours that answers in the place of whom it is asked for.
    Peer proxy{io, [](Socket& socket, std::string) -> Task<void> {
                   co_await say(socket, test::answer("200 OK", "a/b", "proxied"));
               }};
    Peer target{io, [](Socket& socket, std::string) -> Task<void> {
                    co_await say(socket, test::answer("200 OK", "a/b", "direct"));
                }};

    void TearDown() override { set_outbound_network({}); }
    std::string body(const std::string& url) {
        OutboundRequest request;
        request.url = url;
        request.headers = {{"Authorization", "Bearer provider-key"}};
        const auto [failure, body] = test::call(io, request);
        EXPECT_FALSE(failure) << failure->what();
        return body;
    }
};

TEST_F(ProxiedCalls, a_call_goes_through_the_proxy_with_its_name_and_password) {
    set_outbound_network({"http://user:pass%40word@" + proxy.place(), "", {}, {}});
    EXPECT_EQ(body("http://name.invalid/path"), "proxied");
    const std::string& request = proxy.requests.at(0);
    EXPECT_TRUE(request.starts_with("GET http://name.invalid/path HTTP/1.1\r\n"));
    EXPECT_NE(request.find("Proxy-Authorization: Basic dXNlcjpwYXNzQHdvcmQ=\r\n"), std::string::npos);
}

TEST_F(ProxiedCalls, what_needs_no_proxy_is_called_straight) {
    for (const char* list : {"*", "127.0.0.1", "localhost,127.0.0.0/8,::1", "other.example, 127.0.0.1"}) {
        set_outbound_network({proxy.url(""), list, {}, {}});
        EXPECT_EQ(body(target.url("/")), "direct") << list;
    }
    set_outbound_network({proxy.url(""), "128.0.0.0/8,example", {}, {}});
    EXPECT_EQ(body(target.url("/")), "proxied");
    set_outbound_network(
        {proxy.url(""), "example", {}, {"name.example:" + std::to_string(target.port()) + ":127.0.0.1"}});
    EXPECT_EQ(body("http://name.example:" + std::to_string(target.port())), "direct");
}

TEST_F(ProxiedCalls, a_list_of_the_environment_does_not_count) {
    setenv("no_proxy", "*", 1);
    set_outbound_network({proxy.url(""), "", {}, {}});
    EXPECT_EQ(body(target.url("/")), "proxied");
    unsetenv("no_proxy");
}

TEST_F(ProxiedCalls, an_https_call_asks_for_a_tunnel_and_shows_the_proxy_no_key) {
    Peer refusing(io, [](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    });
    set_outbound_network({refusing.url(""), "", {}, {}});
    OutboundRequest request;
    request.url = "https://name.invalid/path";
    request.headers = {{"Authorization", "Bearer provider-key"}};
    const auto failure = test::call(io, request).first;
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->cause, Cause::unreachable);
    EXPECT_STREQ(failure->what(), "name.invalid: the proxy refuses (403)");
    EXPECT_TRUE(refusing.requests.at(0).starts_with("CONNECT name.invalid:443 HTTP/1.1\r\n"));
    EXPECT_EQ(refusing.requests.at(0).find("provider-key"), std::string::npos);
}

TEST_F(ProxiedCalls, a_tunnel_that_opens_is_no_answer) {
    Peer opening(io, [](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, "HTTP/1.1 200 Connection established\r\n\r\n");
        socket.close();
    });
    set_outbound_network({opening.url(""), "", {}, {}});
    OutboundRequest request;
    request.url = "https://name.invalid/path";
    EXPECT_TRUE(test::call(io, request).first);
}

TEST_F(ProxiedCalls, a_proxy_that_is_not_there_is_unreachable) {
    std::string place;
    {
        asio::ip::tcp::acceptor closed(io, {asio::ip::address_v4::loopback(), 0});
        place = "127.0.0.1:" + std::to_string(closed.local_endpoint().port());
    }
    set_outbound_network({"http://" + place, "", {}, {}});
    OutboundRequest request;
    request.url = target.url("/");
    EXPECT_EQ(test::call(io, request).first.value().cause, Cause::unreachable);
    EXPECT_EQ(target.connections, 0);
}

TEST_F(ProxiedCalls, a_socks_proxy_gets_the_name_and_not_an_address) {
    asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    std::string wanted;
    const auto socks = [&]() -> Task<void> { // RFC 1928, without authentication
        Socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        std::array<char, 512> bytes{};
        co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
        co_await say(socket, std::string("\x05\x00", 2));
        const auto size = co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
        wanted.assign(bytes.data(), size);
        co_await say(socket, std::string("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50", 10));
        co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
        co_await say(socket, test::answer("200 OK", "a/b", "by socks"));
    };
    asio::co_spawn(io, socks, asio::detached);
    const auto port = std::to_string(acceptor.local_endpoint().port());
    set_outbound_network({"socks5h://127.0.0.1:" + port, "", {}, {}});
    EXPECT_EQ(body("http://name.invalid/"), "by socks");
    EXPECT_NE(wanted.find("name.invalid"), std::string::npos);
}

TEST(Proxies, what_is_none_is_refused) {
    for (const char* proxy : {"http://proxy.example:3128", "https://user:password@proxy.example:443",
                              "socks5h://[::1]:1080", "http://127.0.0.1:3128/"})
        EXPECT_NO_THROW(check_proxy(proxy)) << proxy;
    for (const char* proxy : {"proxy.example", "proxy.example:3128", "ftp://proxy.example:21",
                              "http://proxy.example", "http://:3128", "http://proxy.example:3128/path",
                              "http://proxy.example:3128?x", "http://proxy.example:99999"})
        EXPECT_THROW(check_proxy(proxy), std::runtime_error) << proxy;
}

TEST(Proxies, a_list_of_what_needs_none_is_checked) {
    for (const char* list : {"", "*", "localhost,127.0.0.0/8,::1", ".example, intranet 10.0.0.1", "fd00::/8"})
        EXPECT_NO_THROW(check_no_proxy(list)) << list;
    for (const char* list : {"10.0.0.0/33", "*.example", "[::1]", "a,*", "http://example"})
        EXPECT_THROW(check_no_proxy(list), std::runtime_error) << list;
}

} // namespace
} // namespace xentree
