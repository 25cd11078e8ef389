#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "peer.h"

namespace xentree::test {

// A mail server of ours, in the clear: it keeps what it is told and answers as the test says. The black-box
// tests send to one of somebody else's.
class SmtpPeer {
  public:
    explicit SmtpPeer(asio::io_context& io) : acceptor_(io, {asio::ip::address_v4::loopback(), 0}) {
        asio::co_spawn(io, accept(), asio::detached);
    }
    std::string url() const {
        return "smtp://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }

    std::map<std::string, std::string> answers; // by the first four letters of a command; "." after the text
    std::string silent_after;                   // no answer to this one and no more
    std::vector<std::string> commands;
    std::string message; // as it went over the wire, dots and all, without the last one

  private:
    Task<void> accept() {
        for (;;) {
            Socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
            asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
        }
    }
    Task<void> serve(Socket socket) {
        std::string buffer;
        try {
            co_await say(socket, answer("greeting", "220 peer ready"));
            for (;;) {
                const std::string line = co_await read_until(socket, buffer, "\r\n");
                commands.push_back(line);
                const std::string verb = line.substr(0, 4);
                if (verb == silent_after)
                    co_await wait_for_close(socket);
                co_await say(socket, answer(verb, verb == "DATA" ? "354 go on" : "250 ok"));
                if (verb != "DATA" || answers.contains(verb))
                    continue;
                message = co_await read_until(socket, buffer, "\r\n.\r\n");
                if (silent_after == ".")
                    co_await wait_for_close(socket);
                co_await say(socket, answer(".", "250 taken"));
            }
        } catch (const boost::system::system_error&) {
        }
    }
    std::string answer(const std::string& to, const std::string& otherwise) const {
        const auto set = answers.find(to);
        return (set == answers.end() ? otherwise : set->second) + "\r\n";
    }
    static Task<std::string> read_until(Socket& socket, std::string& buffer, std::string end) {
        const auto size =
            co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer), end, asio::use_awaitable);
        std::string text = buffer.substr(0, size - end.size());
        buffer.erase(0, size);
        co_return text;
    }

    asio::ip::tcp::acceptor acceptor_;
};

} // namespace xentree::test
