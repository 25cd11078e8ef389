#pragma once
#include <optional>
#include <string>
#include <utility>

#include "http/outbound.h"
#include "peer.h"

namespace xentree::test {

// What a call ends in, and the body that came before.
inline std::pair<std::optional<OutboundError>, std::string> call(asio::io_context& io,
                                                                 OutboundRequest request) {
    std::optional<OutboundError> failure;
    std::string body;
    run(io, [&]() -> Task<void> {
        try {
            const auto response = co_await send_outbound(request);
            for (;;) {
                const auto piece = co_await response->next();
                if (!piece)
                    break;
                body += *piece;
            }
        } catch (const OutboundError& error) {
            failure = error;
        }
    });
    return {failure, body};
}

} // namespace xentree::test
