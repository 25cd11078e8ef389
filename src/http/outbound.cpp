#include "http/outbound.h"

#include <boost/asio/this_coro.hpp>

#include "http/outbound/curl_transfer.h"

namespace xentree {

Task<std::unique_ptr<OutboundResponse>> send_outbound(OutboundRequest request) {
    const auto executor = co_await asio::this_coro::executor;
    auto transfer = std::make_unique<CurlTransfer>(executor, std::move(request));
    co_await transfer->run();
    co_return transfer;
}

Task<std::string> read_body(OutboundResponse& response) {
    std::string body;
    auto piece = co_await response.next();
    while (piece) {
        body += *piece;
        piece = co_await response.next();
    }
    co_return body;
}

} // namespace xentree
