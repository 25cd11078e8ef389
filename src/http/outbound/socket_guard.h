#pragma once
#include <curl/curl.h>

#include <string>

#include "http/address_guard.h"

namespace xentree {

// Holds one call to addresses that the guard allows. libcurl asks at the moment of each connection, with the
// very address, so no second answer of a name server comes in between; and it asks once more before the
// request goes out, for a connection that is used again
// (docs/decisions/013-guarded-calls-are-checked-at-the-socket.md). It must outlive the call.
class SocketGuard {
  public:
    explicit SocketGuard(AddressGuard addresses) : addresses_(std::move(addresses)) {}
    SocketGuard(const SocketGuard&) = delete;
    SocketGuard& operator=(const SocketGuard&) = delete;

    void attach(CURL* easy);
    bool has_refused() const { return has_refused_; }

  private:
    bool allows(const boost::asio::ip::address& address);
    curl_socket_t open(const curl_sockaddr& wanted);

    const AddressGuard addresses_;
    bool has_refused_ = false;
};

// What is refused before a name is looked up: other schemes than http and https, a user or a password, and
// ports below 1024 but 80 and 443, where mail servers and the like listen. Throws OutboundError.
void check_guarded_url(const std::string& url);

} // namespace xentree
