#pragma once
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>

#include "http/outbound.h"
#include "http/outbound/curl_handle.h"
#include "http/outbound/curl_loop.h"
#include "http/outbound/socket_guard.h"

namespace xentree {

// One request and the answer to it. Used on the I/O thread of its loop only.
class CurlTransfer final : public OutboundResponse {
  public:
    // Bytes of body held for a reader that does not come.
    static constexpr std::size_t held_limit = 256 * 1024;

    // Throws OutboundError where the request cannot be sent.
    CurlTransfer(asio::any_io_executor executor, OutboundRequest request);
    ~CurlTransfer() override;
    CurlTransfer(const CurlTransfer&) = delete;
    CurlTransfer& operator=(const CurlTransfer&) = delete;

    // Returns when the answer's headers are there.
    Task<void> run();
    int status() const override { return status_; }
    std::optional<std::string> header(std::string_view name) const override;
    Task<std::optional<std::string>> next() override;

    CURL* easy() const { return easy_.get(); }
    const std::string& host() const { return host_; }
    // Called by the loop after it has let go of this transfer.
    void finish(CURLcode result);

  private:
    using Cause = OutboundError::Cause;
    void configure();
    void set_way();
    void add_headers();
    std::size_t take_header(std::string_view line);
    std::size_t take_body(std::string_view bytes);
    void note_upload(curl_off_t sent);
    Task<bool> wait();
    OutboundError failure_of(CURLcode result) const;
    void end(Cause cause, std::string_view why);

    const OutboundRequest request_;
    const std::string host_;
    CurlLoop& loop_;
    asio::steady_timer news_; // cancelled when there is something for the reader to see
    std::optional<SocketGuard> guard_;
    CurlList header_lines_;
    CurlList names_;
    CurlEasy easy_;

    int status_ = 0;
    bool has_headers_ = false;
    bool is_over_ = false;
    bool is_paused_ = false;
    std::size_t header_bytes_ = 0;
    std::size_t body_bytes_ = 0;
    curl_off_t sent_ = 0;
    std::string held_;
    std::optional<OutboundError> failure_;
};

} // namespace xentree
