#pragma once
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "base/task.h"

namespace xentree::test {

using Socket = asio::ip::tcp::socket;

// An outside service on this machine that a test writes: its script answers each request of a connection and
// sees it as it was sent, head and body. It runs on the test's io_context.
class Peer {
  public:
    using Script = std::function<Task<void>(Socket& socket, std::string request)>;

    Peer(asio::io_context& io, Script script,
         asio::ip::tcp::endpoint place = {asio::ip::address_v4::loopback(), 0}) :
        script_(std::move(script)),
        acceptor_(io, place) {
        asio::co_spawn(io, accept(), asio::detached);
    }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    std::string place() const { // host:port
        return acceptor_.local_endpoint().address().to_string() + ":" + std::to_string(port());
    }
    std::string url(const std::string& path) const { return "http://" + place() + path; }
    int connections = 0;
    int closed = 0; // connections that the caller ended
    std::vector<std::string> requests;

  private:
    Task<void> accept() {
        for (;;) {
            Socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
            ++connections;
            asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
        }
    }
    Task<void> serve(Socket socket) {
        std::string buffer;
        try {
            while (socket.is_open()) {
                const auto head = co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer),
                                                                  "\r\n\r\n", asio::use_awaitable);
                std::size_t size = head;
                if (const auto at = buffer.find("Content-Length: "); at < head)
                    size += std::stoul(buffer.substr(at + 16));
                if (buffer.size() < size)
                    co_await asio::async_read(socket, asio::dynamic_buffer(buffer),
                                              asio::transfer_exactly(size - buffer.size()),
                                              asio::use_awaitable);
                requests.push_back(buffer.substr(0, size));
                buffer.erase(0, size);
                std::string request = requests.back();
                co_await script_(socket, std::move(request));
            }
        } catch (const boost::system::system_error&) {
            ++closed;
        }
    }

    Script script_;
    asio::ip::tcp::acceptor acceptor_;
};

inline Task<void> say(Socket& socket, std::string text) {
    co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
}

inline std::string answer(const std::string& status, const std::string& type, const std::string& body) {
    return "HTTP/1.1 " + status + "\r\nContent-Type: " + type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Reads until the caller closes the connection, then throws what ends the peer's loop.
inline Task<void> wait_for_close(Socket& socket) {
    std::array<char, 1024> bytes;
    for (;;)
        co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
}

// Runs one coroutine to its end.
template<class F>
void run(asio::io_context& io, F body) {
    std::exception_ptr failure;
    asio::co_spawn(io, body, [&](std::exception_ptr thrown) {
        failure = thrown;
        io.stop();
    });
    io.run();
    io.restart();
    if (failure)
        std::rethrow_exception(failure);
}

// Lets other coroutines of the io_context go on until the condition holds.
template<class Condition>
Task<void> until(Condition holds) {
    while (!holds())
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

} // namespace xentree::test
