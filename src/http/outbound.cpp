#include "http/outbound.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/outbound/curl_transfer.h"
#include "http/outbound/redirect.h"

namespace xentree {

namespace {

using namespace asio::experimental::awaitable_operators;

constexpr std::chrono::milliseconds finishing_time{100};

Task<void> read_to_end(std::unique_ptr<OutboundResponse> response) {
    try {
        for (;;) {
            const auto piece = co_await response->next();
            if (!piece)
                co_return;
        }
    } catch (const OutboundError&) {
        // Its connection is lost, and nothing else.
    }
}

Task<void> read_to_end_in_time(std::unique_ptr<OutboundResponse> response) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer limit(executor, finishing_time);
    auto reading = read_to_end(std::move(response));
    co_await (std::move(reading) || limit.async_wait(asio::use_awaitable));
}

} // namespace

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

void finish_outbound(asio::any_io_executor executor, std::unique_ptr<OutboundResponse> response) {
    asio::co_spawn(executor, read_to_end_in_time(std::move(response)), asio::detached);
}

} // namespace xentree
