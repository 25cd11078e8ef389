#include "openai_server.h"

namespace xentree {
namespace {

class OpenAiOutages : public OpenAi {};

// Each is what one user's prompt can bring about.
TEST_F(OpenAiOutages, what_a_prompt_can_bring_about_neither_makes_it_rest_nor_forgives_an_outage) {
    using Answers = std::vector<std::string>;
    const std::string stream_start = std::string(stream_head) + chunk("Hel");
    for (const std::string& fault : Answers{
             answer("500 Broken", "application/json", "{}"), answer("501 Broken", "application/json", "{}"),
             answer("200 OK", "application/json", "<html></html>"),
             "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", std::string(stream_head), stream_start,
             stream_start + "data: {broken\n\n"}) {
        std::string now = fault;
        prompt.stream = true;
        serve([&](Socket& socket, std::string) -> Task<void> {
            co_await say(socket, now);
            socket.close();
        });
        for (int i = 0; i < 5; ++i)
            EXPECT_EQ(ask().error, ErrorCode::provider_error) << fault;
        EXPECT_EQ(provider->unavailable_reason(), std::nullopt) << fault;
        for (const std::string& next : {answer("503 Busy", "", ""), answer("503 Busy", "", ""), fault}) {
            now = next;
            ask();
        }
        EXPECT_EQ(provider->unavailable_reason(), std::nullopt) << fault;
        now = answer("503 Busy", "", "");
        ask();
        EXPECT_TRUE(provider->unavailable_reason()) << fault;
    }
}

TEST_F(OpenAiOutages, silence_is_an_outage_only_before_the_answer) {
    prompt.stream = true;
    std::string now = std::string(stream_head) + chunk("Hel");
    serve([&](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, now);
        co_await test::wait_for_close(socket);
    });
    auto hasty = settings();
    hasty.silence_timeout = 50ms;
    for (const bool is_total : {false, true}) {
        if (is_total) {
            hasty.silence_timeout = 60s;
            hasty.total_timeout = 100ms;
        }
        provide(hasty);
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(ask().error, ErrorCode::provider_timeout);
        EXPECT_EQ(provider->unavailable_reason(), std::nullopt);
    }
    for (const std::string_view silence : {"", "HTTP/1.1 200 OK\r\n", stream_head.data()}) {
        now = silence;
        hasty.silence_timeout = 50ms;
        hasty.total_timeout = 60s;
        provide(hasty);
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(ask().error, ErrorCode::provider_timeout);
        EXPECT_TRUE(provider->unavailable_reason()) << silence;
    }
}

TEST_F(OpenAiOutages, a_trial_is_over_as_soon_as_its_answer_begins) {
    prompt.stream = true;
    std::string now = answer("503 Busy", "", "");
    serve([&](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, now);
        if (now.starts_with("HTTP/1.1 503"))
            socket.close();
        co_await test::wait_for_close(socket);
    });
    for (int i = 0; i < 3; ++i)
        ask();
    clock.advance(Seconds(30));
    now = std::string(stream_head) + chunk("Hel");
    test::run(io, [&]() -> Task<void> {
        const auto reply = co_await provider->ask(prompt);
        EXPECT_TRUE(provider->unavailable_reason());
        co_await reply->next();
        EXPECT_EQ(provider->unavailable_reason(), std::nullopt);
    });
}

} // namespace
} // namespace xentree
