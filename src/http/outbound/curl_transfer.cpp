#include "http/outbound/curl_transfer.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/outbound_network.h"

namespace xentree {
namespace {

constexpr std::size_t header_limit = 64 * 1024;

// What is logged is what is called, without user, path and query.
std::string host_of(const std::string& url) {
    const std::string host = url_part(url, CURLUPART_HOST);
    return host.empty() ? "(not an address)" : host;
}

bool has_line_break(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

OutboundError::Cause cause_of(CURLcode code) {
    using Cause = OutboundError::Cause;
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return Cause::timeout;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return Cause::unreachable;
    default:
        return Cause::broken;
    }
}

} // namespace

CurlTransfer::CurlTransfer(asio::any_io_executor executor, OutboundRequest request) :
    request_(std::move(request)), host_(host_of(request_.url)),
    loop_(asio::use_service<CurlLoop>(asio::query(executor, asio::execution::context))), news_(executor),
    easy_(make_curl_easy()) {
    if (request_.is_guarded)
        check_guarded_url(request_.url);
    add_headers();
    configure();
    set_way();
}

CurlTransfer::~CurlTransfer() {
    loop_.remove(*this);
}

void CurlTransfer::add_headers() {
    // What libcurl would add unasked; a header of the request's own comes after and counts.
    append(header_lines_, "Expect:");
    const auto is_content_type = [](const auto& header) {
        return curl_strequal(header.first.c_str(), "Content-Type");
    };
    if (std::none_of(request_.headers.begin(), request_.headers.end(), is_content_type))
        append(header_lines_, "Content-Type:");
    for (const auto& [name, value] : request_.headers) {
        if (name.empty() || name.find(':') != std::string::npos || has_line_break(name) ||
            has_line_break(value))
            throw OutboundError(Cause::broken, host_ + ": a header of the request is not valid");
        append(header_lines_, value.empty() ? name + ';' : fmt::format("{}: {}", name, value));
    }
}

void CurlTransfer::configure() {
    if (request_.method.empty() ||
        request_.method.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos)
        throw OutboundError(Cause::broken, host_ + ": the request's method is not valid");
    const auto set = [easy = easy_.get()](CURLoption option, auto value) {
        curl_easy_setopt(easy, option, value);
    };
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_URL, request_.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    // Without it the end of a call waits for the name lookup that it no longer needs.
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.total_timeout.count()));
    set(CURLOPT_USERAGENT, "xentree");
    set(CURLOPT_HTTPHEADER, header_lines_.get());

    const std::string& method = request_.method;
    if (!request_.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDS, request_.body.data());
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    }
    if (method == "HEAD")
        set(CURLOPT_NOBODY, 1L);
    else
        set(CURLOPT_CUSTOMREQUEST, method.c_str());

    set(CURLOPT_HEADERDATA, this);
    set(
        CURLOPT_HEADERFUNCTION, +[](char* data, std::size_t, std::size_t size, void* self) {
            return static_cast<CurlTransfer*>(self)->take_header({data, size});
        });
    set(CURLOPT_WRITEDATA, this);
    set(
        CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t, std::size_t size, void* self) {
            return static_cast<CurlTransfer*>(self)->take_body({data, size});
        });
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFODATA, this);
    set(
        CURLOPT_XFERINFOFUNCTION, +[](void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent) {
            static_cast<CurlTransfer*>(self)->note_upload(sent);
            return 0;
        });
}

// Both options of proxies are set in any case, or libcurl looks into the environment.
void CurlTransfer::set_way() {
    const OutboundNetwork& network = outbound_network();
    const bool has_proxy = !network.proxy.empty() && !request_.is_guarded;
    curl_easy_setopt(easy_.get(), CURLOPT_PROXY, has_proxy ? network.proxy.c_str() : "");
    curl_easy_setopt(easy_.get(), CURLOPT_NOPROXY, network.no_proxy.c_str());
    // The proxy's answer to CONNECT is none to the request.
    curl_easy_setopt(easy_.get(), CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    for (const std::string& name : network.names)
        append(names_, name);
    curl_easy_setopt(easy_.get(), CURLOPT_RESOLVE, names_.get());
    if (request_.is_guarded)
        guard_.emplace(AddressGuard(network.allow_private)).attach(easy_.get());
}

// An interim answer (1xx) and trailers come this way too.
std::size_t CurlTransfer::take_header(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > header_limit) {
        failure_.emplace(Cause::too_large, host_ + ": the answer's headers are too large");
        return 0;
    }
    if (line == "\r\n" || line == "\n") {
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        status_ = static_cast<int>(status);
        has_headers_ = status >= 200;
    }
    news_.cancel();
    return line.size();
}

std::size_t CurlTransfer::take_body(std::string_view bytes) {
    if (held_.size() + bytes.size() > held_limit && !held_.empty()) {
        is_paused_ = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    body_bytes_ += bytes.size();
    if (body_bytes_ > request_.response_limit) {
        failure_.emplace(Cause::too_large, host_ + ": the answer is too large");
        return 0;
    }
    held_.append(bytes);
    news_.cancel();
    return bytes.size();
}

// An upload that moves is no silence.
void CurlTransfer::note_upload(curl_off_t sent) {
    if (std::exchange(sent_, sent) != sent)
        news_.cancel();
}

void CurlTransfer::finish(CURLcode result) {
    is_over_ = true;
    if (result != CURLE_OK && !failure_)
        failure_ = failure_of(result);
    news_.cancel();
}

OutboundError CurlTransfer::failure_of(CURLcode result) const {
    const bool never_began = result == CURLE_COULDNT_CONNECT || result == CURLE_ABORTED_BY_CALLBACK;
    if (guard_ && guard_->has_refused() && never_began)
        return {Cause::refused, host_ + ": its address is not on the public internet"};
    long proxy_status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    if (proxy_status >= 300)
        return {Cause::unreachable, fmt::format("{}: the proxy refuses ({})", host_, proxy_status)};
    return {cause_of(result), host_ + ": " + curl_easy_strerror(result)};
}

void CurlTransfer::end(Cause cause, std::string_view why) {
    loop_.remove(*this);
    is_over_ = true;
    failure_.emplace(cause, host_ + ": " + std::string(why));
}

// Until there may be news; true where nothing came in the time given for silence.
Task<bool> CurlTransfer::wait() {
    news_.expires_after(request_.silence_timeout);
    const auto [error] = co_await news_.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
        end(Cause::broken, "the call was cancelled");
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    co_return !error;
}

Task<void> CurlTransfer::run() {
    loop_.start(*this);
    while (!has_headers_ && !is_over_) {
        const bool is_silent = co_await wait();
        if (is_silent && !has_headers_ && !is_over_)
            end(Cause::timeout, "no answer in time");
    }
    if (has_headers_)
        co_return;
    if (failure_)
        throw *failure_;
    throw OutboundError(Cause::broken, host_ + ": the answer has no headers");
}

std::optional<std::string> CurlTransfer::header(std::string_view name) const {
    curl_header* found = nullptr;
    if (curl_easy_header(easy_.get(), std::string(name).c_str(), 0, CURLH_HEADER, -1, &found) != CURLHE_OK)
        return std::nullopt;
    return found->value;
}

Task<std::optional<std::string>> CurlTransfer::next() {
    while (held_.empty() && !is_over_) {
        const bool is_silent = co_await wait();
        if (is_silent && held_.empty() && !is_over_)
            end(Cause::timeout, "the answer stopped");
    }
    if (!held_.empty()) {
        std::string piece = std::exchange(held_, {});
        if (std::exchange(is_paused_, false))
            curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
        co_return piece;
    }
    if (failure_)
        throw *failure_;
    co_return std::nullopt;
}

} // namespace xentree
