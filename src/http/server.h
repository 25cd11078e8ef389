#pragma once
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "http/client_address.h"
#include "http/dispatcher.h"
#include "http/metrics.h"

namespace xentree {

struct ServerOptions {
    std::string listen = "127.0.0.1:8080"; // HOST:PORT, [v6]:PORT; port 0 takes a free one
    AddressRanges trusted_proxies;
    std::size_t threads = 2;
    std::size_t max_connections = 10'000;
    std::size_t max_connections_per_address = 1'000; // 0: none; trusted proxies are not counted by address
    std::chrono::milliseconds overload_delay{10};    // see LoadGuard; 0: nothing is refused
    std::size_t header_limit = 16 * 1024;            // bytes of a request's head
    std::chrono::milliseconds idle_timeout{75'000};
    std::chrono::milliseconds header_timeout{10'000}; // from a head's first byte to its last
    std::chrono::milliseconds body_timeout{30'000};   // and a second more for each 32 KiB, both ways
    std::chrono::milliseconds drain_timeout{20'000};
    bool access_log = true;
};

// HOST:PORT, or [v6]:PORT, as an address. Throws std::runtime_error where it is none.
asio::ip::tcp::endpoint parse_listen_address(std::string_view text);

// HTTP/1.1 (RFC 9112) over TCP, TLS is for a proxy before it. One thread accepts and serves; each connection
// stays on the thread that it was given to.
class Server {
  public:
    // Binds at once. Throws std::runtime_error that names the address.
    Server(ServerOptions options, const Dispatcher& dispatcher, Metrics& metrics, const Clock& clock);
    ~Server();

    std::string address() const; // http://HOST:PORT as bound
    // Serves on the calling thread and the others until drain() has finished.
    void run();
    // Accepts no more, ends idle connections, lets requests and streams finish until the drain timeout, then
    // cuts them: a stream with an `error` event. Any thread; not from a signal handler.
    void drain();
    // An executor of one of its threads, for background work.
    asio::any_io_executor executor();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace xentree
