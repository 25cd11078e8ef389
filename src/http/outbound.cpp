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

} // namespace xentree
