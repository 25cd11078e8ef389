#include "http/outbound/socket_guard.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "http/outbound.h"
#include "http/outbound/curl_handle.h"

namespace xentree {

namespace ip = boost::asio::ip;

namespace {

constexpr int first_free_port = 1024;

std::optional<ip::address> address_of(const curl_sockaddr& wanted) {
    if (wanted.family == AF_INET && wanted.addrlen >= sizeof(sockaddr_in)) {
        sockaddr_in place{};
        std::memcpy(&place, &wanted.addr, sizeof place);
        return ip::address_v4(ntohl(place.sin_addr.s_addr));
    }
    if (wanted.family == AF_INET6 && wanted.addrlen >= sizeof(sockaddr_in6)) {
        sockaddr_in6 place{};
        std::memcpy(&place, &wanted.addr, sizeof place);
        ip::address_v6::bytes_type bytes;
        std::memcpy(bytes.data(), &place.sin6_addr, bytes.size());
        return ip::address_v6(bytes, place.sin6_scope_id);
    }
    return std::nullopt;
}

} // namespace

bool SocketGuard::allows(const ip::address& address) {
    const bool is_allowed = addresses_.allows(address);
    has_refused_ = has_refused_ || !is_allowed;
    return is_allowed;
}

curl_socket_t SocketGuard::open(const curl_sockaddr& wanted) {
    const auto address = address_of(wanted);
    if (!address || !allows(*address))
        return CURL_SOCKET_BAD;
    return ::socket(wanted.family, wanted.socktype | SOCK_CLOEXEC, wanted.protocol);
}

void SocketGuard::attach(CURL* easy) {
    const auto on_open = +[](void* self, curlsocktype, curl_sockaddr* wanted) {
        return static_cast<SocketGuard*>(self)->open(*wanted);
    };
    const auto on_request = +[](void* self, char* peer, char*, int, int) {
        boost::system::error_code error;
        const auto address = ip::make_address(peer, error);
        const bool is_allowed = !error && static_cast<SocketGuard*>(self)->allows(address);
        return is_allowed ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
    };
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
}

void check_guarded_url(const std::string& url) {
    using Cause = OutboundError::Cause;
    const std::string scheme = url_part(url, CURLUPART_SCHEME);
    const std::string host = url_part(url, CURLUPART_HOST);
    if ((scheme != "http" && scheme != "https") || host.empty())
        throw OutboundError(Cause::refused, "(not an address): only http and https are spoken");
    if (!url_part(url, CURLUPART_USER).empty() || !url_part(url, CURLUPART_PASSWORD).empty())
        throw OutboundError(Cause::refused, host + ": the URL has a user or a password");
    const std::string port = url_part(url, CURLUPART_PORT);
    if (!port.empty() && port != "80" && port != "443" && std::stoi(port) < first_free_port)
        throw OutboundError(Cause::refused, host + ": the port is not one of 80, 443 and 1024 to 65535");
}

} // namespace xentree
