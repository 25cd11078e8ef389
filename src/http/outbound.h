#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/task.h"

namespace xentree {

struct OutboundRequest {
    std::string method = "GET";
    std::string url; // http or https
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds silence_timeout{60'000}; // longest wait for the first or the next byte
    std::chrono::milliseconds total_timeout{300'000};
    std::size_t response_limit = 16 * 1024 * 1024; // bytes of body
    // For a URL that a tenant has chosen, or may have a say in: the call goes to addresses of the public
    // internet and what the operator allows besides (OutboundNetwork), never through the proxy, to ports 80,
    // 443 and from 1024 on, and the URL has no user. Anything else is refused.
    bool is_guarded = false;
    // A GET or HEAD follows as many redirects, each of which is looked at like the URL itself. None leads
    // from https to http, and no header that may be a secret goes to another origin. 0: a redirect is an
    // answer.
    int redirects = 0;
};

// Why a call to an outside service brought no whole answer. what() is for the log: it has host and cause,
// never a header, a query or a body.
class OutboundError : public std::runtime_error {
  public:
    // overloaded is this server's own state: more calls are under way than it makes at once.
    // refused is what the guard or the rules of redirects do not let out.
    enum class Cause { unreachable, timeout, too_large, broken, overloaded, refused };
    OutboundError(Cause cause, const std::string& what) : std::runtime_error(what), cause(cause) {}
    Cause cause;
};

// An answer that is being received. Destroying it ends the transfer. While nobody asks for the next piece at
// most 256 KiB are held; then the sender is paused.
class OutboundResponse {
  public:
    virtual ~OutboundResponse() = default;
    virtual int status() const = 0;
    virtual std::optional<std::string> header(std::string_view name) const = 0; // name in any case
    // The next bytes, never empty; nothing at the end. Throws OutboundError.
    virtual Task<std::optional<std::string>> next() = 0;
};

// Sends a request and returns when the answer's headers are there. All calls of an I/O thread share one
// libcurl multi handle on its event loop, and with it its connections. Throws OutboundError. Cancelling the
// coroutine ends the transfer.
Task<std::unique_ptr<OutboundResponse>> send_outbound(OutboundRequest request);

// Reads an answer to its end in the background, for 100 ms at most, and throws away what comes: a connection
// serves the next call only after a whole answer. The executor is that of the I/O thread that sent the
// request.
void finish_outbound(asio::any_io_executor executor, std::unique_ptr<OutboundResponse> response);

} // namespace xentree
