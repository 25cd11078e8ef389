#include <gtest/gtest.h>

#include "calls.h"
#include "http/outbound_network.h"

namespace xentree {
namespace {

using test::Peer;
using test::say;
using test::Socket;
using Cause = OutboundError::Cause;

Peer::Script answering(std::string answer) {
    return [answer](Socket& socket, std::string) -> Task<void> { co_await say(socket, answer); };
}

Peer::Script redirecting(const std::string& location) {
    return answering("HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
}

class GuardedCalls : public testing::Test {
  protected:
    asio::io_context io;
    Peer forbidden{io, answering(test::answer("200 OK", "a/b", "secret"))};

    // Peers that a guarded call may reach are on 127.0.0.2, where a test allows that.
    asio::ip::tcp::endpoint allowed_place() const {
        return {asio::ip::make_address("127.0.0.2"), forbidden.port()};
    }
    void SetUp() override { set_network("", {}); }
    void TearDown() override { set_outbound_network({}); }
    static void set_network(std::string_view allow_private, std::vector<std::string> names) {
        set_outbound_network({"", "", AddressRanges::parse(allow_private), std::move(names)});
    }
    static OutboundRequest guarded(const std::string& url) {
        OutboundRequest request;
        request.url = url;
        request.is_guarded = true;
        return request;
    }
    std::optional<Cause> cause(OutboundRequest request) {
        const auto failure = test::call(io, std::move(request)).first;
        return failure ? std::optional(failure->cause) : std::nullopt;
    }
    std::string port() const { return std::to_string(forbidden.port()); }
};

TEST_F(GuardedCalls, no_way_to_write_this_machine_is_a_way_to_it) {
    for (const char* host : {"127.0.0.1",
                             "127.1",
                             "2130706433",
                             "0x7f000001",
                             "0x7f.0.0.1",
                             "0X7F.1",
                             "017700000001",
                             "0177.0.0.1",
                             "localhost",
                             "LocalHost",
                             "any.localhost",
                             "%6cocalhost",
                             "0.0.0.0",
                             "0",
                             "127.255.255.254",
                             "[::1]",
                             "[::]",
                             "[0:0:0:0:0:0:0:1]",
                             "[::ffff:127.0.0.1]",
                             "[::ffff:7f00:1]",
                             "[::127.0.0.1]",
                             "[64:ff9b::7f00:1]",
                             "[2002:7f00:1::1]",
                             "[fe80::1]"})
        EXPECT_EQ(cause(guarded("http://" + std::string(host) + ":" + port())), Cause::refused) << host;
    EXPECT_EQ(forbidden.connections, 0);
}

TEST_F(GuardedCalls, a_name_for_a_private_address_is_refused) {
    for (const char* address : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[fd00:ec2::254]"}) {
        set_network("", {"+name.example:" + port() + ":" + address});
        EXPECT_EQ(cause(guarded("http://name.example:" + port())), Cause::refused) << address;
    }
    set_network("", {"localhost.:" + port() + ":127.0.0.1"});
    EXPECT_EQ(cause(guarded("http://localhost.:" + port())), Cause::refused);
    EXPECT_EQ(forbidden.connections, 0);
}

TEST_F(GuardedCalls, of_a_name_with_many_addresses_only_allowed_ones_are_called) {
    Peer allowed(io, answering(test::answer("200 OK", "a/b", "fine")), allowed_place());
    set_network("127.0.0.2", {"name.example:" + port() + ":127.0.0.1,127.0.0.2"});
    EXPECT_EQ(test::call(io, guarded("http://name.example:" + port())).second, "fine");
    EXPECT_EQ(forbidden.connections, 0);
}

TEST_F(GuardedCalls, what_the_operator_allows_can_be_called) {
    set_network("127.0.0.0/8", {});
    EXPECT_EQ(test::call(io, guarded(forbidden.url("/"))).second, "secret");
}

TEST_F(GuardedCalls, an_open_connection_of_an_unguarded_call_is_no_way_round) {
    OutboundRequest request;
    request.url = forbidden.url("/");
    EXPECT_EQ(cause(request), std::nullopt);
    EXPECT_EQ(cause(guarded(request.url)), Cause::refused);
    EXPECT_EQ(forbidden.requests.size(), 1);
}

TEST_F(GuardedCalls, a_redirect_to_a_private_address_is_refused) {
    set_network("127.0.0.2", {"name.example:" + port() + ":127.0.0.1"});
    for (const std::string& location :
         {forbidden.url("/"), "http://localhost:" + port(), "//127.0.0.1:" + port() + "/",
          "http://name.example:" + port(), std::string("file:///etc/passwd"),
          "gopher://127.0.0.1:" + port() + "/x", "http://user:password@127.0.0.2:" + port() + "/"}) {
        Peer allowed(io, redirecting(location), allowed_place());
        OutboundRequest request = guarded(allowed.url("/"));
        request.redirects = 3;
        EXPECT_EQ(cause(request), Cause::refused) << location;
    }
    EXPECT_EQ(forbidden.connections, 0);
}

TEST_F(GuardedCalls, a_redirect_is_not_followed_unasked) {
    Peer allowed(io, redirecting(forbidden.url("/")), allowed_place());
    set_network("127.0.0.2", {});
    EXPECT_EQ(cause(guarded(allowed.url("/"))), std::nullopt);
    EXPECT_EQ(forbidden.connections, 0);
}

TEST_F(GuardedCalls, a_user_another_scheme_and_a_low_port_are_refused) {
    set_network("127.0.0.1", {});
    for (const std::string& url :
         {"http://user@127.0.0.1:" + port(), "http://user:password@127.0.0.1:" + port(),
          "http://:password@127.0.0.1:" + port(), std::string("ftp://127.0.0.1/"),
          std::string("file:///etc/passwd"), std::string("http://127.0.0.1:22/"),
          std::string("https://127.0.0.1:25/"), std::string("http://127.0.0.1:0/"),
          std::string("http://127.0.0.1:1023/"), std::string("")})
        EXPECT_EQ(cause(guarded(url)), Cause::refused) << url;
    EXPECT_EQ(forbidden.connections, 0);
}

TEST_F(GuardedCalls, the_proxy_which_could_not_be_held_to_an_address_is_passed_by) {
    Peer proxy(io, answering(test::answer("200 OK", "a/b", "proxied")));
    set_outbound_network({proxy.url(""), "", {}, {}});
    EXPECT_EQ(cause(guarded(forbidden.url("/"))), Cause::refused);
    EXPECT_EQ(proxy.connections, 0);
}

} // namespace
} // namespace xentree
