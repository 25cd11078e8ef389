#pragma once
#include <curl/curl.h>

#include <boost/asio/execution_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "base/task.h"

namespace xentree {

class CurlTransfer;

// The libcurl multi handle of one I/O thread, driven by that thread's io_context: libcurl tells which sockets
// and which moment it waits for, Asio tells when they have come
// (https://curl.se/libcurl/c/libcurl-multi.html, "multi_socket"). Found with asio::use_service; used on the
// io_context's one thread only.
class CurlLoop final : public asio::execution_context::service {
  public:
    using key_type = CurlLoop;
    static inline asio::execution_context::id id;
    static constexpr std::size_t transfer_limit = 4'000; // some 50 KB each, with the stream that reads it

    explicit CurlLoop(asio::execution_context& context);

    // The transfer hears of its end through CurlTransfer::finish. Throws OutboundError past transfer_limit.
    void start(CurlTransfer& transfer);
    // Ends a transfer at once, without a word to it; nothing where it has ended.
    void remove(CurlTransfer& transfer);

  private:
    struct Watch;
    void shutdown() override;
    int watch(curl_socket_t socket, int wanted) noexcept;
    void arm(const std::shared_ptr<Watch>& watch);
    void set_timer(long milliseconds);
    void act(curl_socket_t socket, int events);

    asio::any_io_executor executor_;
    asio::steady_timer timer_;
    CURLM* multi_;
    std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
    std::unordered_set<CurlTransfer*> transfers_;
};

} // namespace xentree
