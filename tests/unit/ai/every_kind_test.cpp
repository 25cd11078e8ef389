#include <functional>

#include "model_server.h"

#include "ai/anthropic/anthropic_wire.h"
#include "ai/gemini/gemini_wire.h"
#include "ai/openai/openai_wire.h"
#include "http/outbound/curl_loop.h"
#include "http/outbound/curl_transfer.h"

namespace xentree {
namespace {

struct Kind {
    const char* name;
    std::function<std::unique_ptr<remote::ChatWire>()> make_wire;
    std::string first; // the beginning of a stream, up to and with the text "Hel"
    std::string last;  // its end, without text
    std::string whole; // an answer of the text "Hello"
};

void PrintTo(const Kind& kind, std::ostream* out) {
    *out << kind.name;
}

const Kind kinds[]{
    {"openai", [] { return std::make_unique<OpenAiWire>(); },
     "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n", "data: [DONE]\n\n",
     R"({"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]})"},
    {"anthropic", [] { return std::make_unique<AnthropicWire>(); },
     "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\","
     "\"text\":\"Hel\"}}\n\n",
     "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
     R"({"content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn"})"},
    {"gemini", [] { return std::make_unique<GeminiWire>(); },
     "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hel\"}]}}]}\n\n",
     "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n",
     R"({"candidates":[{"content":{"parts":[{"text":"Hello"}]},"finishReason":"STOP"}]})"},
};

// What holds for each kind of provider.
class EveryKind : public ModelServer, public testing::WithParamInterface<Kind> {
  protected:
    const Kind& kind = GetParam();
    std::unique_ptr<remote::ChatWire> make_wire() override { return kind.make_wire(); }

    // The server says this to each call, then closes the connection.
    void say_and_close(std::string text) {
        serve([=](Socket& socket, std::string) -> Task<void> {
            co_await say(socket, text);
            socket.close();
        });
    }
    void say_and_stall(std::string text) {
        serve([=](Socket& socket, std::string) -> Task<void> {
            co_await say(socket, text);
            co_await test::wait_for_close(socket);
        });
    }
};

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind, testing::ValuesIn(kinds),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(EveryKind, answers_whole_and_streamed) {
    answer_with("200 OK", kind.whole);
    EXPECT_EQ(ask().text, "Hello");
    stream(kind.first + kind.last);
    const auto outcome = ask();
    EXPECT_EQ(outcome.text, "Hel");
    EXPECT_EQ(outcome.error, std::nullopt);
}

TEST_P(EveryKind, the_key_is_sent_in_one_header_and_only_where_there_is_one) {
    answer_with("200 OK", kind.whole);
    ask();
    const std::string& request = peer->requests.at(0);
    EXPECT_EQ(request.find("sk-secret"), request.rfind("sk-secret"));
    EXPECT_LT(request.find("\r\n"), request.find("sk-secret"));
    EXPECT_LT(request.find("sk-secret"), request.find("\r\n\r\n"));
    auto keyless = settings();
    keyless.api_key.clear();
    provide(keyless);
    ask();
    for (const char* header : {"Authorization", "x-api-key", "x-goog-api-key"})
        EXPECT_EQ(peer->requests.at(1).find(header), std::string::npos);
}

TEST_P(EveryKind, no_error_tells_an_address_or_a_secret) {
    for (const char* status : {"301 Moved", "400 Bad", "401 No", "402 Pay", "403 No", "404 No", "413 Big",
                               "429 Slow", "500 Broken", "503 No", "529 Busy"}) {
        answer_with(status, R"({"error":{"message":"Bad key sk-secret at http://127.0.0.1","type":"x y"}})");
        const auto outcome = ask();
        EXPECT_EQ(outcome.error, ErrorCode::provider_error) << status;
        EXPECT_FALSE(outcome.message.empty());
        for (const char* secret : {"sk-", "http", "127"})
            EXPECT_EQ(outcome.message.find(secret), std::string::npos);
    }
}

TEST_P(EveryKind, statuses_of_the_providers_own_state_make_it_rest_and_a_trial_brings_it_back) {
    for (const char* status :
         {"401 No", "402 Pay", "403 No", "429 Slow", "502 Bad", "503 Busy", "504 Late", "529 Busy"}) {
        std::string now = answer(status, "application/json", "{}");
        serve([&](Socket& socket, std::string) -> Task<void> { co_await say(socket, now); });
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(ask().error, ErrorCode::provider_error);
        EXPECT_TRUE(provider->unavailable_reason()) << status;
        EXPECT_EQ(ask().error, ErrorCode::unavailable);
        EXPECT_EQ(peer->requests.size(), 3U);
        clock.advance(Seconds(30));
        now = answer("200 OK", "application/json", kind.whole);
        EXPECT_EQ(ask().text, "Hello");
        EXPECT_EQ(provider->unavailable_reason(), std::nullopt);
    }
}

TEST_P(EveryKind, what_a_prompt_can_bring_about_does_not_make_it_rest) {
    const std::string head(stream_head);
    prompt.stream = true;
    for (const std::string& fault : std::vector<std::string>{
             answer("400 Bad", "application/json", "{}"), answer("404 No", "application/json", "{}"),
             answer("500 Broken", "text/html", "<html></html>"),
             answer("200 OK", "application/json", "<html>"), "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
             head, head + kind.first, head + kind.first + "data: {broken\n\n", head + "<html></html>",
             head + std::string(100, '\0')}) {
        say_and_close(fault);
        for (int i = 0; i < 4; ++i)
            EXPECT_EQ(ask().error, ErrorCode::provider_error) << fault;
        EXPECT_EQ(provider->unavailable_reason(), std::nullopt) << fault;
    }
}

TEST_P(EveryKind, half_a_stream_is_an_error_after_its_text) {
    for (const std::string& rest :
         {std::string(), kind.last.substr(0, kind.last.size() / 2), std::string("data: {broken\n\n")}) {
        stream(kind.first + rest);
        const auto outcome = ask();
        EXPECT_EQ(outcome.text, "Hel") << rest;
        EXPECT_EQ(outcome.error, ErrorCode::provider_error) << rest;
    }
}

TEST_P(EveryKind, a_server_that_is_not_there_or_falls_silent_is_an_outage_before_the_answer_only) {
    provide(settings());
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(ask().error, ErrorCode::provider_error);
    EXPECT_EQ(provider->unavailable_reason(), "The provider could not be reached.");
    prompt.stream = true;
    for (const bool has_begun : {false, true}) {
        say_and_stall(std::string(stream_head) + (has_begun ? kind.first : ""));
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(ask().error, ErrorCode::provider_timeout);
        EXPECT_NE(provider->unavailable_reason().has_value(), has_begun);
    }
}

TEST_P(EveryKind, megabytes_are_refused) {
    answer_with("200 OK", kind.whole + std::string(17 * 1024 * 1024, ' '));
    EXPECT_EQ(ask().message, "The provider's answer is too large.");
    stream("data: " + std::string(3 * 1024 * 1024, 'x'));
    EXPECT_EQ(ask().error, ErrorCode::provider_error);
    std::string text;
    while (text.size() < 70'000 * kind.first.size())
        text += kind.first;
    stream(text);
    EXPECT_EQ(ask().message, "The provider's answer is too long.");
}

// With as many calls under way as the server makes at once: no fault of the provider.
TEST_P(EveryKind, a_call_that_there_is_no_room_for_is_unavailable_and_no_outage) {
    provide(settings());
    std::list<CurlTransfer> others;
    test::run(io, [&]() -> Task<void> {
        auto& loop = asio::use_service<CurlLoop>(io);
        for (std::size_t i = 0; i < CurlLoop::transfer_limit; ++i) {
            OutboundRequest request;
            request.url = "http://127.0.0.1:1/";
            loop.start(others.emplace_back(io.get_executor(), std::move(request)));
        }
        for (int i = 0; i < 4; ++i) {
            std::optional<ErrorCode> error;
            try {
                co_await provider->ask(prompt);
            } catch (const ApiError& thrown) {
                error = thrown.code;
            }
            EXPECT_EQ(error, ErrorCode::unavailable);
        }
    });
    EXPECT_EQ(provider->unavailable_reason(), std::nullopt);
}

} // namespace
} // namespace xentree
