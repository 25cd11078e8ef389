#include <fmt/format.h>

#include "openai_server.h"

namespace xentree {
namespace {

TEST_F(OpenAi, a_prompt_is_sent_as_a_chat_completion) {
    answer_with("200 OK", completion(R"("Hello!")"));
    prompt.language = "de-AT";
    const auto outcome = ask();
    EXPECT_EQ(outcome.text, "Hello!");
    EXPECT_EQ(outcome.model, "m-2026");
    EXPECT_EQ(outcome.usage.value().total_tokens, 31);
    const std::string& request = peer->requests.at(0);
    EXPECT_TRUE(request.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
    EXPECT_NE(request.find("\r\nAuthorization: Bearer sk-secret\r\n"), std::string::npos);
    const auto body = sent();
    EXPECT_EQ(body.at("model"), "m");
    EXPECT_EQ(body.at("stream"), false);
    EXPECT_FALSE(body.contains("stream_options"));
    const auto& messages = body.at("messages").as_array();
    ASSERT_EQ(messages.size(), 3);
    EXPECT_EQ(messages[0].at("role"), "system");
    EXPECT_NE(messages[0].at("content").as_string().find("de-AT"), std::string::npos);
    EXPECT_EQ(messages[1], json::value({{"role", "system"}, {"content", "Be kind."}}));
    EXPECT_EQ(messages[2], json::value({{"role", "user"}, {"content", "Hi \"you\""}}));
}

TEST_F(OpenAi, turns_alternate_and_begin_with_a_question) {
    answer_with("200 OK", completion(R"("Hello!")"));
    prompt.turns = {{ChatRole::assistant, "Left over."},
                    {ChatRole::system, "Be kind."},
                    {ChatRole::system, "Be brief."},
                    {ChatRole::user, ""},
                    {ChatRole::assistant, "Also left."},
                    {ChatRole::user, "One"},
                    {ChatRole::user, "two"},
                    {ChatRole::assistant, ""},
                    {ChatRole::user, "three?"},
                    {ChatRole::assistant, "Yes."},
                    {ChatRole::assistant, "Indeed."},
                    {ChatRole::user, "Thanks."}};
    ask();
    const json::value expected{{{"role", "system"}, {"content", "Be kind."}},
                               {{"role", "system"}, {"content", "Be brief."}},
                               {{"role", "user"}, {"content", "One\n\ntwo\n\nthree?"}},
                               {{"role", "assistant"}, {"content", "Yes.\n\nIndeed."}},
                               {{"role", "user"}, {"content", "Thanks."}}};
    EXPECT_EQ(sent().at("messages"), expected);
}

// The server says first that the answer is done, and that its body is only when the call has returned.
TEST_F(OpenAi, a_body_that_ends_after_the_last_event_leaves_its_connection_to_the_next_calls) {
    prompt.stream = true;
    int told = 0;
    serve([&](Socket& socket, std::string) -> Task<void> {
        const int before = told;
        const std::string events = chunk("Hi") + "data: [DONE]\n\n";
        const std::string body = fmt::format("{:x}\r\n{}\r\n", events.size(), events);
        co_await say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
        co_await test::until([&] { return told > before; });
        co_await say(socket, "0\r\n\r\n");
        ++told;
    });
    // A machine under load may be too late for some of the calls, not for all.
    constexpr int calls = 5;
    for (int call = 0; call < calls; ++call) {
        ASSERT_EQ(ask().text, "Hi");
        const int end = ++told + 1;
        test::run(io, [&]() -> Task<void> { co_await test::until([&] { return told == end; }); });
    }
    EXPECT_LT(peer->connections, calls);
}

TEST_F(OpenAi, a_body_that_does_not_end_after_the_last_event_is_given_up) {
    prompt.stream = true;
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, std::string(stream_head) + chunk("Hi") + "data: [DONE]\n\n");
        co_await test::wait_for_close(socket);
    });
    EXPECT_EQ(ask().text, "Hi");
    test::run(io, [&]() -> Task<void> { co_await test::until([&] { return peer->closed == 1; }); });
}

TEST_F(OpenAi, a_stream_gives_its_pieces_and_usage) {
    stream(
        ": ping\n\n" + chunk("Hel") + chunk("") + chunk("lo 🙂") +
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n");
    const auto outcome = ask();
    EXPECT_EQ(outcome.text, "Hello 🙂");
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_EQ(outcome.model, "m-2026");
    EXPECT_EQ(outcome.usage.value().total_tokens, 3);
    EXPECT_EQ(sent().at("stream"), true);
    EXPECT_EQ(sent().at("stream_options").at("include_usage"), true);
}

TEST_F(OpenAi, pieces_come_as_the_server_sends_them) {
    prompt.stream = true;
    bool is_first_read = false;
    serve([&](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, std::string(stream_head) + chunk("a"));
        co_await test::until([&] { return is_first_read; });
        co_await say(socket, chunk("b") + "data: [DONE]\n\n");
        co_await test::wait_for_close(socket);
    });
    test::run(io, [&]() -> Task<void> {
        const auto reply = co_await provider->ask(prompt);
        auto piece = co_await reply->next();
        EXPECT_EQ(piece, "a");
        is_first_read = true;
        piece = co_await reply->next();
        EXPECT_EQ(piece, "b");
        piece = co_await reply->next();
        EXPECT_EQ(piece, std::nullopt);
    });
}

TEST_F(OpenAi, destroying_the_reply_ends_the_providers_work) {
    prompt.stream = true;
    serve([&](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, std::string(stream_head) + chunk("a"));
        co_await test::wait_for_close(socket);
    });
    test::run(io, [&]() -> Task<void> {
        auto reply = co_await provider->ask(prompt);
        co_await reply->next();
        reply.reset();
        co_await test::until([&] { return peer->closed == 1; });
    });
}

TEST_F(OpenAi, a_server_that_answers_a_stream_as_a_whole_is_understood) {
    answer_with("200 OK", completion(R"("Hello!")"));
    prompt.stream = true;
    EXPECT_EQ(ask().text, "Hello!");
}

TEST_F(OpenAi, a_server_that_refuses_stream_options_is_asked_without) {
    prompt.stream = true;
    serve([](Socket& socket, std::string request) -> Task<void> {
        if (request.find("stream_options") != std::string::npos) {
            co_await say(socket, answer("400 Bad Request", "application/json",
                                        R"({"error":{"message":"Unknown field stream_options"}})"));
            co_return;
        }
        co_await say(socket, std::string(stream_head) + chunk("ok") + "data: [DONE]\n\n");
        socket.close();
    });
    EXPECT_EQ(ask().text, "ok");
    EXPECT_EQ(peer->requests.size(), 2);
    EXPECT_EQ(ask().text, "ok");
    EXPECT_EQ(peer->requests.size(), 3);
}

// The caller's prompt, which the error echoes, names it; the error itself is about something else.
TEST_F(OpenAi, an_error_that_merely_echoes_stream_options_changes_nothing) {
    prompt.stream = true;
    std::string error;
    bool is_good = false;
    serve([&](Socket& socket, std::string) -> Task<void> {
        std::string text = answer("400 Bad Request", "application/json", error);
        if (is_good)
            text = std::string(stream_head) + chunk("ok") + "data: [DONE]\n\n";
        co_await say(socket, text);
        socket.close();
    });
    for (const char* text :
         {R"({"error":{"message":"Bad: stream_options","param":"messages"}})",
          R"({"error":{"message":"Bad: stream_options","param":null}})", R"({"error":"Bad: stream_options"})",
          R"({"error":{"message":"No","param":"model"},"prompt":"stream_options"})"}) {
        error = text;
        is_good = false;
        EXPECT_EQ(ask().error, ErrorCode::provider_error);
        is_good = true;
        EXPECT_EQ(ask().text, "ok");
        EXPECT_NE(peer->requests.back().find("stream_options"), std::string::npos) << text;
    }
}

TEST_F(OpenAi, the_member_that_an_error_names_counts) {
    prompt.stream = true;
    for (const char* error :
         {R"({"error":{"message":"Unknown field","param":"stream_options"}})",
          R"({"error":{"message":"Unknown field","param":"stream_options.include_usage"}})",
          R"({"object":"error","message":"Unknown field stream_options","param":null})",
          R"({"error":"Unknown field stream_options"})"}) {
        serve([error](Socket& socket, std::string request) -> Task<void> {
            std::string text = answer("400 Bad Request", "application/json", error);
            if (request.find("stream_options") == std::string::npos)
                text = std::string(stream_head) + chunk("ok") + "data: [DONE]\n\n";
            co_await say(socket, text);
            socket.close();
        });
        EXPECT_EQ(ask().text, "ok") << error;
        EXPECT_EQ(ask().text, "ok") << error;
        EXPECT_EQ(peer->requests.size(), 3U) << error;
    }
}

TEST_F(OpenAi, a_whole_answer_to_a_stream_keeps_to_the_limit_of_whole_answers) {
    prompt.stream = true;
    answer_with("200 OK", completion("\"x\"") + std::string(17 * 1024 * 1024, ' '));
    EXPECT_EQ(ask().error, ErrorCode::provider_error);
}

TEST_F(OpenAi, a_refused_prompt_is_not_sent_twice) {
    prompt.stream = true;
    answer_with("400 Bad Request", R"({"error":{"message":"too long","code":"context_length_exceeded"}})");
    EXPECT_EQ(ask().error, ErrorCode::provider_error);
    EXPECT_EQ(peer->requests.size(), 1);
}

TEST_F(OpenAi, null_content_is_an_answer_without_text) {
    answer_with("200 OK", completion("null"));
    const auto outcome = ask();
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_TRUE(outcome.pieces.empty());
}

TEST_F(OpenAi, what_is_no_completion_is_a_provider_error) {
    for (const char* body :
         {"", "{", "[]", "\"x\"", "{}", R"({"choices":[]})", R"({"choices":{}})", R"({"choices":[1]})",
          R"({"choices":[{}]})", R"({"error":{"message":"x"}})", "<html></html>"}) {
        answer_with("200 OK", body);
        EXPECT_EQ(ask().error, ErrorCode::provider_error) << body;
    }
}

TEST_F(OpenAi, a_stream_that_ends_without_done_is_a_provider_error_after_its_text) {
    stream(chunk("Hel") + chunk("lo"));
    const auto outcome = ask();
    EXPECT_EQ(outcome.text, "Hello");
    EXPECT_EQ(outcome.error, ErrorCode::provider_error);
}

TEST_F(OpenAi, a_stream_that_told_its_end_is_complete_without_a_terminated_done) {
    const std::string last = R"(data: {"choices":[{"delta":{"content":"lo"},"finish_reason":"stop"}]})";
    for (const std::string& end :
         {last + "\n\n", last + "\n", last, chunk("lo") + "data: [DONE]", chunk("lo") + "data: [DONE]\n",
          last + "\n\ndata: {\"choices\":[],\"usage\":{\"prom"}) {
        stream(chunk("Hel") + end);
        const auto outcome = ask();
        EXPECT_EQ(outcome.text, "Hello") << end;
        EXPECT_EQ(outcome.error, std::nullopt) << end;
    }
}

TEST_F(OpenAi, a_last_event_without_its_empty_line_is_read) {
    stream(chunk("Hel") + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                          "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}");
    EXPECT_EQ(ask().usage.value().total_tokens, 3);
}

TEST_F(OpenAi, a_character_that_comes_in_halves_is_whole) {
    const auto half = [](const std::string& escape) {
        return R"(data: {"choices":[{"delta":{"content":")" + escape + "\"}}]}\n\n";
    };
    stream(half("a\\ud83d") + half("\\ude00b") + half("\\ude00c\\ud83d") + half("d\xFF") + half("\\\\ud83d") +
           half("e\\ud83d") + "data: [DONE]\n\n");
    const auto outcome = ask();
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_EQ(outcome.text, "a😀b\uFFFDc\uFFFDd\uFFFD\\ud83de\uFFFD");
}

TEST_F(OpenAi, what_is_no_character_in_a_whole_answer_is_replaced) {
    answer_with("200 OK", completion("\"a\xFF \\ud83d\""));
    EXPECT_EQ(ask().text, "a\uFFFD \uFFFD");
}

TEST_F(OpenAi, a_fault_in_a_stream_is_a_provider_error_after_its_text) {
    for (const char* fault : {"data: {\"error\":{\"message\":\"overloaded\"}}\n\n", "data: {broken\n\n",
                              "event: error\ndata: {}\n\n", "data: 1\n\n"}) {
        stream(chunk("Hel") + fault + chunk("lo") + "data: [DONE]\n\n");
        const auto outcome = ask();
        EXPECT_EQ(outcome.text, "Hel") << fault;
        EXPECT_EQ(outcome.error, ErrorCode::provider_error) << fault;
    }
}

TEST_F(OpenAi, an_event_without_end_is_a_provider_error) {
    stream("data: " + std::string(3 * 1024 * 1024, 'x'));
    EXPECT_EQ(ask().error, ErrorCode::provider_error);
}

TEST_F(OpenAi, an_answer_of_more_than_200000_characters_is_a_provider_error) {
    std::string emoji;
    for (int i = 0; i < 200'000; ++i)
        emoji += "🙂";
    answer_with("200 OK", completion('"' + emoji + '"'));
    EXPECT_EQ(ask().text, emoji);
    answer_with("200 OK", completion('"' + emoji + "x\""));
    EXPECT_EQ(ask().error, ErrorCode::provider_error);
    stream(chunk(emoji.substr(0, 600'000)) + chunk(emoji.substr(600'000)) + chunk("x") + "data: [DONE]\n\n");
    EXPECT_EQ(ask().error, ErrorCode::provider_error);
}

TEST_F(OpenAi, the_name_of_the_model_is_clean_short_and_never_empty) {
    const auto model = [&](const std::string& told) {
        answer_with("200 OK", R"({"model":)" + told + R"(,"choices":[{"message":{"content":"x"}}]})");
        return ask().model;
    };
    EXPECT_EQ(model(R"("a\u0000b\ud83d")"), "ab\uFFFD");
    EXPECT_EQ(model(R"("\u0000")"), "m");
    EXPECT_EQ(model("null"), "m");
    EXPECT_EQ(model('"' + std::string(127, 'x') + "\\u0000öy\""), std::string(127, 'x') + "ö");
}

TEST_F(OpenAi, a_count_of_tokens_past_the_contracts_is_not_told) {
    const auto total = [&](const std::string& usage) -> std::optional<std::int64_t> {
        answer_with("200 OK", R"({"choices":[{"message":{"content":"x"}}],"usage":)" + usage + "}");
        const auto told = ask().usage;
        return told ? std::optional(told->total_tokens) : std::nullopt;
    };
    EXPECT_EQ(total(R"({"prompt_tokens":2147483646,"completion_tokens":1})"), 2'147'483'647);
    EXPECT_EQ(total(R"({"prompt_tokens":2147483647,"completion_tokens":1})"), std::nullopt);
    EXPECT_EQ(total(R"({"prompt_tokens":2147483647,"completion_tokens":1,"total_tokens":1e12})"),
              std::nullopt);
    EXPECT_EQ(total(R"({"prompt_tokens":2147483648,"completion_tokens":1})"), std::nullopt);
}

TEST_F(OpenAi, a_nul_is_not_passed_on) {
    answer_with("200 OK", completion(R"("a\u0000b")"));
    EXPECT_EQ(ask().text, "ab");
}

TEST_F(OpenAi, a_silent_server_is_a_provider_timeout) {
    serve([](Socket& socket, std::string) -> Task<void> { co_await test::wait_for_close(socket); });
    EXPECT_EQ(ask().error, ErrorCode::provider_timeout);
    stream(chunk("Hel"));
    serve([](Socket& socket, std::string) -> Task<void> {
        co_await say(socket, std::string(stream_head) + chunk("Hel"));
        co_await test::wait_for_close(socket);
    });
    const auto outcome = ask();
    EXPECT_EQ(outcome.text, "Hel");
    EXPECT_EQ(outcome.error, ErrorCode::provider_timeout);
}

TEST_F(OpenAi, settings_that_cannot_work_are_refused) {
    const auto refused = [&](auto change) {
        RemoteSettings wrong = settings();
        change(wrong);
        EXPECT_THROW(RemoteProvider(wrong, make_wire(), clock), std::invalid_argument);
    };
    refused([](auto& s) { s.id = "Open AI"; });
    refused([](auto& s) { s.id = "auto"; });
    refused([](auto& s) { s.id = ""; });
    refused([](auto& s) { s.name = ""; });
    refused([](auto& s) { s.base_url = "ftp://x"; });
    refused([](auto& s) { s.api_key = "a\r\nb"; });
    refused([](auto& s) { s.models.clear(); });
    refused([](auto& s) { s.models.front().id = ""; });
}

} // namespace
} // namespace xentree
