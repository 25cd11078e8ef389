#include "http/outbound.h"

#include <boost/asio/this_coro.hpp>

#include "http/outbound/curl_transfer.h"
#include "http/outbound/redirect.h"

namespace xentree {

Task<std::unique_ptr<OutboundResponse>> send_outbound(OutboundRequest request) {
    using std::chrono::steady_clock;
    const auto executor = co_await asio::this_coro::executor;
    const auto deadline = steady_clock::now() + request.total_timeout;
    const bool follows = request.redirects > 0;
    for (;;) {
        auto transfer = std::make_unique<CurlTransfer>(executor, request);
        co_await transfer->run();
        if (!follows)
            co_return transfer;
        auto next = redirected(request, *transfer);
        if (!next)
            co_return transfer;
        if (next->redirects-- == 0)
            throw OutboundError(OutboundError::Cause::broken, transfer->host() + ": too many redirects");
        const auto left = std::chrono::floor<std::chrono::milliseconds>(deadline - steady_clock::now());
        next->total_timeout = std::max(left, std::chrono::milliseconds(1));
        request = std::move(*next);
    }
}

} // namespace xentree
