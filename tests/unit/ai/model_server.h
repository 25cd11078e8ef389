#pragma once
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <list>

#include "../http/peer.h"
#include "base/error.h"

#include "ai/remote/remote_provider.h"

namespace xentree {

namespace json = boost::json;
using namespace std::chrono_literals;
using test::answer;
using test::Peer;
using test::say;
using test::Socket;

constexpr std::string_view stream_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

struct Outcome {
    std::vector<std::string> pieces;
    std::string text;
    std::string model;
    std::optional<TokenUsage> usage;
    std::optional<ErrorCode> error;
    std::string message;
};

// What a call failed with, and whether three of them made the provider rest.
using Verdict = std::pair<std::string, bool>;

// A provider and the server that it calls, which a test writes.
class ModelServer : public testing::Test {
  protected:
    virtual std::unique_ptr<remote::ChatWire> make_wire() = 0;

    asio::io_context io;
    SetClock clock{Instant(std::chrono::hours(24 * 365 * 50))};
    std::list<Peer> peers; // their connections stay until the end
    Peer* peer = nullptr;
    std::optional<RemoteProvider> provider;
    ChatPrompt prompt{.turns = {{ChatRole::system, "Be kind."}, {ChatRole::user, "Hi \"you\""}},
                      .model = "m",
                      .language = {}};

    void provide(RemoteSettings wanted) { provider.emplace(std::move(wanted), make_wire(), clock); }
    void serve(Peer::Script script) {
        peer = &peers.emplace_back(io, std::move(script));
        provide(settings());
    }
    void answer_with(std::string status, std::string body) {
        serve([=](Socket& socket, std::string) -> Task<void> {
            co_await say(socket, answer(status, "application/json", body));
        });
    }
    // A stream that the server ends by closing the connection.
    void stream(std::string body) {
        prompt.stream = true;
        serve([=](Socket& socket, std::string) -> Task<void> {
            co_await say(socket, std::string(stream_head) + body);
            socket.close();
        });
    }
    RemoteSettings settings() {
        return {.id = "local",
                .name = "Local",
                .base_url = peer ? peer->url("/v1/") : "http://127.0.0.1:1/v1",
                .api_key = "sk-secret",
                .models = {{"m", "", std::nullopt}},
                .silence_timeout = 100ms};
    }
    Outcome ask() {
        Outcome outcome;
        test::run(io, [&]() -> Task<void> {
            try {
                const auto reply = co_await provider->ask(prompt);
                for (;;) {
                    auto piece = co_await reply->next();
                    if (!piece)
                        break;
                    outcome.text += *piece;
                    outcome.pieces.push_back(*std::move(piece));
                }
                outcome.model = reply->model();
                outcome.usage = reply->usage();
            } catch (const ApiError& error) {
                outcome.error = error.code;
                outcome.message = error.what();
            }
        });
        return outcome;
    }
    json::object sent(std::size_t index = 0) {
        const std::string& request = peer->requests.at(index);
        return json::parse(request.substr(request.find("\r\n\r\n") + 4)).as_object();
    }
};

} // namespace xentree
