#include "http/outbound/redirect.h"

#include <algorithm>
#include <array>
#include <new>

#include "base/text.h"
#include "http/outbound/curl_handle.h"

namespace xentree {

namespace {

bool is_redirect(int status) {
    constexpr std::array statuses{301, 302, 303, 307, 308};
    return std::ranges::find(statuses, status) != statuses.end();
}

std::string resolved(const std::string& base, const std::string& location) {
    const CurlUrl url(curl_url());
    if (!url)
        throw std::bad_alloc();
    char* whole = nullptr;
    if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
        curl_url_set(url.get(), CURLUPART_URL, location.c_str(), CURLU_URLENCODE) != CURLUE_OK ||
        curl_url_get(url.get(), CURLUPART_URL, &whole, 0) != CURLUE_OK)
        return {};
    std::string copy = whole;
    curl_free(whole);
    return copy;
}

std::string origin(const std::string& url) {
    const std::string scheme = url_part(url, CURLUPART_SCHEME);
    std::string port = url_part(url, CURLUPART_PORT);
    if (port.empty())
        port = scheme == "https" ? "443" : "80";
    return scheme + "://" + ascii_lower(url_part(url, CURLUPART_HOST)) + ":" + port;
}

bool is_harmless(const std::string& header) {
    constexpr std::array<std::string_view, 3> names{"accept", "accept-language", "user-agent"};
    return std::ranges::find(names, ascii_lower(header)) != names.end();
}

} // namespace

std::optional<OutboundRequest> redirected(const OutboundRequest& request, const OutboundResponse& response) {
    const auto location = response.header("Location");
    if (!is_redirect(response.status()) || !location || (request.method != "GET" && request.method != "HEAD"))
        return std::nullopt;
    OutboundRequest next = request;
    next.url = resolved(request.url, *location);
    const std::string from = url_part(request.url, CURLUPART_SCHEME);
    const std::string to = url_part(next.url, CURLUPART_SCHEME);
    const std::string host = url_part(request.url, CURLUPART_HOST);
    if (to != "https" && (to != "http" || from != "http"))
        throw OutboundError(OutboundError::Cause::refused,
                            host + ": it redirects to something else than https");
    if (origin(request.url) != origin(next.url))
        std::erase_if(next.headers, [](const auto& header) { return !is_harmless(header.first); });
    return next;
}

} // namespace xentree
