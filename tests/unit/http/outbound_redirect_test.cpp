#include <gtest/gtest.h>

#include "calls.h"
#include "http/outbound/redirect.h"

namespace xentree {
namespace {

using test::Peer;
using test::say;
using test::Socket;
using Cause = OutboundError::Cause;

class Redirect final : public OutboundResponse {
  public:
    Redirect(int status, std::string location) : status_(status), location_(std::move(location)) {}
    int status() const override { return status_; }
    std::optional<std::string> header(std::string_view) const override { return location_; }
    Task<std::optional<std::string>> next() override { co_return std::nullopt; }

  private:
    int status_;
    std::string location_;
};

OutboundRequest request_to(const std::string& url) {
    OutboundRequest request;
    request.url = url;
    request.headers = {{"Authorization", "Bearer secret"}, {"Accept", "text/plain"}, {"X-Key", "secret"}};
    return request;
}

std::string target(const std::string& from, const std::string& location) {
    const auto next = redirected(request_to(from), Redirect(302, location));
    return next ? next->url : "";
}

std::size_t headers_kept(const std::string& from, const std::string& location) {
    return redirected(request_to(from), Redirect(302, location))->headers.size();
}

TEST(Redirects, a_location_is_read_from_where_the_request_was) {
    EXPECT_EQ(target("https://a.example/b/c?d", "e"), "https://a.example/b/e");
    EXPECT_EQ(target("https://a.example/b/c", "/e"), "https://a.example/e");
    EXPECT_EQ(target("https://a.example/b", "//f.example/e"), "https://f.example/e");
}

TEST(Redirects, secrets_stay_at_the_origin) {
    EXPECT_EQ(headers_kept("https://a.example/", "/b"), 3);
    EXPECT_EQ(headers_kept("https://a.example/", "https://A.example:443/b"), 3);
    EXPECT_EQ(headers_kept("https://a.example/", "https://b.example/"), 1);
    EXPECT_EQ(headers_kept("https://a.example/", "https://a.example:8443/"), 1);
    EXPECT_EQ(headers_kept("http://a.example/", "https://a.example/"), 1);
}

TEST(Redirects, none_leads_away_from_tls_or_out_of_http) {
    for (const char* location : {"http://a.example/", "ftp://a.example/", "file:///etc/passwd", "https://"})
        EXPECT_THROW(target("https://a.example/", location), OutboundError) << location;
    EXPECT_EQ(target("http://a.example/", "http://b.example/"), "http://b.example/");
}

TEST(Redirects, only_a_read_follows_and_only_a_redirect_leads) {
    OutboundRequest request = request_to("https://a.example/");
    EXPECT_FALSE(redirected(request, Redirect(200, "/b")));
    EXPECT_FALSE(redirected(request, Redirect(304, "/b")));
    EXPECT_TRUE(redirected(request, Redirect(308, "/b")));
    request.method = "POST";
    EXPECT_FALSE(redirected(request, Redirect(307, "/b")));
}

TEST(Redirects, as_many_are_followed_as_are_asked_for) {
    asio::io_context io;
    int left = 0;
    Peer peer(io, [&](Socket& socket, std::string) -> Task<void> {
        std::string answer = "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n";
        if (left-- == 0)
            answer = test::answer("200 OK", "a/b", "end");
        co_await say(socket, answer);
    });
    OutboundRequest request;
    request.url = peer.url("/");
    request.redirects = 2;
    left = 2;
    EXPECT_EQ(test::call(io, request).second, "end");
    left = 3;
    const auto failure = test::call(io, request).first;
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->cause, Cause::broken);
    EXPECT_EQ(peer.requests.size(), 6);
}

} // namespace
} // namespace xentree
