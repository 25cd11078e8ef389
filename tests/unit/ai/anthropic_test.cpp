#include "ai/anthropic/anthropic_wire.h"

#include "model_server.h"

namespace xentree {
namespace {

std::string message(const std::string& content, const std::string& stop_reason = "end_turn") {
    return R"({"type":"message","role":"assistant","model":"claude-2026","content":)" + content +
           R"(,"stop_reason":")" + stop_reason +
           R"(","usage":{"input_tokens":21,"cache_read_input_tokens":4,"output_tokens":10}})";
}

std::string event(const std::string& type, const std::string& members) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + members + "}\n\n";
}

std::string piece(const std::string& text) {
    return event("content_block_delta", R"(,"index":0,"delta":{"type":"text_delta","text":)" +
                                            json::serialize(json::string(text)) + "}");
}

const std::string begin =
    event("message_start", R"(,"message":{"type":"message","model":"claude-2026","content":[],)"
                           R"("stop_reason":null,"usage":{"input_tokens":25,"output_tokens":1}})") +
    event("content_block_start", R"(,"index":0,"content_block":{"type":"text","text":""})") +
    event("ping", "");

std::string end(const std::string& stop_reason = "end_turn") {
    return event("content_block_stop", R"(,"index":0)") +
           event("message_delta",
                 R"(,"delta":{"stop_reason":")" + stop_reason + R"("},"usage":{"output_tokens":15})") +
           event("message_stop", "");
}

class Anthropic : public ModelServer {
  protected:
    std::unique_ptr<remote::ChatWire> make_wire() override { return std::make_unique<AnthropicWire>(77); }
};

TEST_F(Anthropic, a_prompt_is_sent_as_a_message_with_its_instructions_apart) {
    answer_with("200 OK", message(R"([{"type":"text","text":"Hel"},{"type":"text","text":"lo!"}])"));
    prompt.language = "de-AT";
    const auto outcome = ask();
    EXPECT_EQ(outcome.text, "Hello!");
    EXPECT_EQ(outcome.model, "claude-2026");
    EXPECT_EQ(outcome.usage.value().prompt_tokens, 25);
    EXPECT_EQ(outcome.usage.value().completion_tokens, 10);
    EXPECT_EQ(outcome.usage.value().total_tokens, 35);
    const std::string& request = peer->requests.at(0);
    EXPECT_TRUE(request.starts_with("POST /v1/messages HTTP/1.1\r\n"));
    EXPECT_NE(request.find("\r\nx-api-key: sk-secret\r\n"), std::string::npos);
    EXPECT_NE(request.find("\r\nanthropic-version: 2023-06-01\r\n"), std::string::npos);
    EXPECT_EQ(request.find("Authorization"), std::string::npos);
    const auto body = sent();
    EXPECT_EQ(body.at("model"), "m");
    EXPECT_EQ(body.at("max_tokens"), 77);
    EXPECT_EQ(body.at("stream"), false);
    const std::string system(body.at("system").as_string());
    EXPECT_NE(system.find("\"de-AT\""), std::string::npos);
    EXPECT_TRUE(system.ends_with("\n\nBe kind."));
    const json::value expected{{{"role", "user"}, {"content", "Hi \"you\""}}};
    EXPECT_EQ(body.at("messages"), expected);
}

TEST_F(Anthropic, turns_alternate_and_a_users_comes_first) {
    answer_with("200 OK", message("[]"));
    prompt.turns = {
        {ChatRole::assistant, "Left over."}, {ChatRole::user, " \n"},    {ChatRole::user, "One"},
        {ChatRole::system, "Be brief."},     {ChatRole::user, "two?"},   {ChatRole::assistant, "Yes."},
        {ChatRole::assistant, "Indeed."},    {ChatRole::user, "Thanks."}};
    ask();
    const json::value expected{{{"role", "user"}, {"content", "One\n\ntwo?"}},
                               {{"role", "assistant"}, {"content", "Yes.\n\nIndeed."}},
                               {{"role", "user"}, {"content", "Thanks."}}};
    EXPECT_EQ(sent().at("messages"), expected);
    EXPECT_EQ(sent().at("system"), "Be brief.");
    prompt.turns = {{ChatRole::user, " "}};
    ask();
    EXPECT_FALSE(sent(1).contains("system"));
    EXPECT_EQ(sent(1).at("messages").as_array().size(), 1U);
}

TEST_F(Anthropic, a_stream_gives_its_pieces_and_the_last_counts) {
    stream(begin + piece("Hel") + event("ping", "") + event("news", "") + piece("") + piece("lo 🙂") +
           end());
    const auto outcome = ask();
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_EQ(outcome.text, "Hello 🙂");
    EXPECT_EQ(outcome.model, "claude-2026");
    EXPECT_EQ(outcome.usage.value().prompt_tokens, 25);
    EXPECT_EQ(outcome.usage.value().completion_tokens, 15);
    EXPECT_EQ(sent().at("stream"), true);
}

TEST_F(Anthropic, thinking_is_left_out) {
    answer_with("200 OK", message(R"([{"type":"thinking","thinking":"Hm","text":"Hm"},)"
                                  R"({"type":"redacted_thinking","data":"x"},{"type":"text","text":"Hi"}])"));
    EXPECT_EQ(ask().text, "Hi");
    stream(begin + event("content_block_start", R"(,"content_block":{"type":"thinking","thinking":"Hm"})") +
           event("content_block_delta", R"(,"delta":{"type":"thinking_delta","thinking":"Hm"})") +
           event("content_block_delta", R"(,"delta":{"type":"signature_delta","signature":"Hm"})") +
           event("content_block_start", R"(,"content_block":{"type":"text","text":"H"})") + piece("i") +
           end());
    EXPECT_EQ(ask().text, "Hi");
}

TEST_F(Anthropic, an_answer_may_be_empty_or_end_at_the_limit) {
    for (const char* reason : {"end_turn", "max_tokens"}) {
        answer_with("200 OK", message("[]", reason));
        auto outcome = ask();
        EXPECT_EQ(outcome.error, std::nullopt);
        EXPECT_TRUE(outcome.pieces.empty());
        prompt.stream = true;
        stream(begin + end(reason));
        outcome = ask();
        EXPECT_EQ(outcome.error, std::nullopt);
        EXPECT_TRUE(outcome.pieces.empty());
    }
}

TEST_F(Anthropic, a_refusal_is_an_error_after_what_was_said) {
    answer_with("200 OK", message(R"([{"type":"text","text":"I"}])", "refusal"));
    EXPECT_EQ(ask().message, "The provider declined to answer.");
    stream(begin + piece("I") + end("refusal"));
    const auto outcome = ask();
    EXPECT_EQ(outcome.text, "I");
    EXPECT_EQ(outcome.error, ErrorCode::provider_error);
    EXPECT_EQ(outcome.message, "The provider declined to answer.");
    for (int i = 0; i < 3; ++i)
        ask();
    EXPECT_EQ(provider->unavailable_reason(), std::nullopt);
}

TEST_F(Anthropic, a_stream_that_told_its_stop_reason_is_complete) {
    stream(begin + piece("Hello") +
           event("message_delta", R"(,"delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2})"));
    EXPECT_EQ(ask().error, std::nullopt);
    stream(begin + piece("Hello"));
    EXPECT_EQ(ask().message, "The provider's answer broke off.");
}

TEST_F(Anthropic, an_error_within_a_stream_means_what_its_type_says) {
    const auto fails_as = [&](const std::string& type) {
        stream(begin + piece("Hel") +
               event("error", R"(,"error":{"type":")" + type + R"(","message":"sk-secret"})") + piece("lo"));
        const auto outcome = ask();
        EXPECT_EQ(outcome.text, "Hel");
        EXPECT_EQ(outcome.error, ErrorCode::provider_error);
        ask();
        ask();
        return Verdict(outcome.message, provider->unavailable_reason().has_value());
    };
    EXPECT_EQ(fails_as("overloaded_error"), Verdict("The provider is overloaded.", true));
    EXPECT_EQ(fails_as("rate_limit_error"), Verdict("The provider is at its rate limit or quota.", true));
    EXPECT_EQ(fails_as("billing_error"), Verdict("The provider is at its rate limit or quota.", true));
    EXPECT_EQ(fails_as("authentication_error"),
              Verdict("The provider refused this server's credentials.", true));
    EXPECT_EQ(fails_as("invalid_request_error"), Verdict("The provider refused the prompt.", false));
    EXPECT_EQ(fails_as("api_error"), Verdict("The provider failed.", false));
    EXPECT_EQ(fails_as("unheard_of"), Verdict("The provider failed.", false));
}

TEST_F(Anthropic, an_error_in_the_place_of_an_answer_is_one) {
    answer_with("200 OK", R"({"type":"error","error":{"type":"overloaded_error"}})");
    EXPECT_EQ(ask().message, "The provider is overloaded.");
}

TEST_F(Anthropic, what_is_no_message_is_a_provider_error) {
    for (const char* body : {"", "{", "[]", "{}", R"({"content":"x"})", R"({"type":"error"})",
                             R"({"type":"error","error":1})"}) {
        answer_with("200 OK", body);
        EXPECT_EQ(ask().error, ErrorCode::provider_error) << body;
    }
    for (const char* fault :
         {"data: {broken\n\n", "data: {}\n\n", "data: []\n\n", "event: error\ndata: {}\n\n"}) {
        stream(begin + piece("Hel") + fault + piece("lo") + end());
        const auto outcome = ask();
        EXPECT_EQ(outcome.text, "Hel") << fault;
        EXPECT_EQ(outcome.error, ErrorCode::provider_error) << fault;
    }
}

TEST_F(Anthropic, members_of_other_kinds_are_no_crash) {
    answer_with("200 OK",
                R"({"content":[1,null,{"type":"text"},{"type":"text","text":1}],"usage":[],"model":1})");
    auto outcome = ask();
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_EQ(outcome.model, "m");
    EXPECT_FALSE(outcome.usage.has_value());
    stream(
        event("message_start", R"(,"message":1)") + event("content_block_start", R"(,"content_block":[])") +
        event("content_block_delta", R"(,"delta":null)") + event("message_delta", R"(,"usage":1)") + end());
    outcome = ask();
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_TRUE(outcome.pieces.empty());
}

} // namespace
} // namespace xentree
