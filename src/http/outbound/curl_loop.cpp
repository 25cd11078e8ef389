#include "http/outbound/curl_loop.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "http/outbound.h"
#include "http/outbound/curl_handle.h"
#include "http/outbound/curl_transfer.h"

namespace xentree {

// A socket of libcurl's, of which Asio only watches the readiness.
struct CurlLoop::Watch {
    asio::posix::stream_descriptor descriptor;
    int wanted = 0;
    bool awaits_reading = false;
    bool awaits_writing = false;
};

namespace {

// Open to providers between calls, so that calls that come at once need not connect each time. libcurl closes
// those that were idle for two minutes.
constexpr long kept_connections = 1'000;

CURLM* make_multi() {
    load_curl();
    CURLM* multi = curl_multi_init();
    if (!multi)
        throw std::bad_alloc();
    return multi;
}

} // namespace

// The timer is made first, so that Asio's own services are older than this one and shut down after it.
CurlLoop::CurlLoop(asio::execution_context& context) :
    service(context), executor_(static_cast<asio::io_context&>(context).get_executor()), timer_(executor_),
    multi_(make_multi()) {
    const auto on_socket = +[](CURL*, curl_socket_t socket, int wanted, void* self, void*) {
        return static_cast<CurlLoop*>(self)->watch(socket, wanted);
    };
    const auto on_timer = +[](CURLM*, long milliseconds, void* self) {
        static_cast<CurlLoop*>(self)->set_timer(milliseconds);
        return 0;
    };
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kept_connections);
    // A paused stream would hold up the others of its HTTP/2 connection: one slow reader, everybody's
    // answers.
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
}

void CurlLoop::start(CurlTransfer& transfer) {
    if (transfers_.size() >= transfer_limit)
        throw OutboundError(OutboundError::Cause::overloaded,
                            transfer.host() + ": too many calls are under way");
    if (curl_multi_add_handle(multi_, transfer.easy()) != CURLM_OK)
        throw OutboundError(OutboundError::Cause::overloaded, transfer.host() + ": the call cannot begin");
    transfers_.insert(&transfer);
}

void CurlLoop::remove(CurlTransfer& transfer) {
    if (transfers_.erase(&transfer) != 0)
        curl_multi_remove_handle(multi_, transfer.easy());
}

void CurlLoop::shutdown() {
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, nullptr);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, nullptr);
    for (const auto& [socket, watch] : watches_)
        watch->descriptor.release();
    watches_.clear();
    for (CurlTransfer* transfer : transfers_)
        curl_multi_remove_handle(multi_, transfer->easy());
    transfers_.clear();
    curl_multi_cleanup(multi_);
}

// Called by libcurl. It closes a socket only after CURL_POLL_REMOVE, and Asio must have let go of it by then.
int CurlLoop::watch(curl_socket_t socket, int wanted) noexcept try {
    if (wanted == CURL_POLL_REMOVE) {
        if (const auto found = watches_.find(socket); found != watches_.end()) {
            found->second->descriptor.release();
            watches_.erase(found);
        }
        return 0;
    }
    auto& watch = watches_[socket];
    if (!watch)
        watch = std::make_shared<Watch>(Watch{asio::posix::stream_descriptor(executor_, socket)});
    watch->wanted = wanted;
    arm(watch);
    return 0;
} catch (const std::exception&) {
    watches_.erase(socket);
    return -1;
}

void CurlLoop::arm(const std::shared_ptr<Watch>& watch) {
    const auto on_ready = [this, watch](bool Watch::*awaits, int event) {
        return [this, watch, awaits, event](boost::system::error_code error) {
            (*watch).*awaits = false;
            if (error == asio::error::operation_aborted || !watch->descriptor.is_open())
                return;
            act(watch->descriptor.native_handle(), error ? CURL_CSELECT_ERR : event);
            if (watch->descriptor.is_open())
                arm(watch);
        };
    };
    auto& descriptor = watch->descriptor;
    if ((watch->wanted & CURL_POLL_IN) != 0 && !std::exchange(watch->awaits_reading, true))
        descriptor.async_wait(descriptor.wait_read, on_ready(&Watch::awaits_reading, CURL_CSELECT_IN));
    if ((watch->wanted & CURL_POLL_OUT) != 0 && !std::exchange(watch->awaits_writing, true))
        descriptor.async_wait(descriptor.wait_write, on_ready(&Watch::awaits_writing, CURL_CSELECT_OUT));
}

void CurlLoop::set_timer(long milliseconds) {
    if (milliseconds < 0) {
        timer_.cancel();
        return;
    }
    timer_.expires_after(std::chrono::milliseconds(milliseconds));
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error)
            act(CURL_SOCKET_TIMEOUT, 0);
    });
}

void CurlLoop::act(curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi_, socket, events, &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        const CURLcode result = message->data.result;
        CurlTransfer* transfer = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        remove(*transfer);
        transfer->finish(result);
    }
}

} // namespace xentree
