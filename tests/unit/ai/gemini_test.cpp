#include "ai/gemini/gemini_wire.h"

#include "model_server.h"

namespace xentree {
namespace {

std::string candidate(const std::string& parts, const std::string& finish_reason = "STOP") {
    return R"({"candidates":[{"content":{"role":"model","parts":)" + parts + R"(},"finishReason":")" +
           finish_reason +
           R"("}],"usageMetadata":{"promptTokenCount":21,"candidatesTokenCount":10,"thoughtsTokenCount":5,)"
           R"("totalTokenCount":36},"modelVersion":"gemini-2026"})";
}

std::string data(const std::string& json) {
    return "data: " + json + "\r\n\r\n";
}

std::string piece(const std::string& text) {
    return data(R"({"candidates":[{"content":{"role":"model","parts":[{"text":)" +
                json::serialize(json::string(text)) +
                R"(}]},"index":0}],"usageMetadata":{"promptTokenCount":21,"totalTokenCount":21}})");
}

class Gemini : public ModelServer {
  protected:
    std::optional<std::int64_t> max_tokens;
    std::unique_ptr<remote::ChatWire> make_wire() override {
        return std::make_unique<GeminiWire>(max_tokens);
    }
};

TEST_F(Gemini, a_prompt_is_sent_as_content_with_its_instructions_apart) {
    answer_with("200 OK", candidate(R"([{"text":"Hel"},{"text":"lo!"}])"));
    prompt.language = "de-AT";
    const auto outcome = ask();
    EXPECT_EQ(outcome.text, "Hello!");
    EXPECT_EQ(outcome.model, "gemini-2026");
    EXPECT_EQ(outcome.usage.value().prompt_tokens, 21);
    EXPECT_EQ(outcome.usage.value().completion_tokens, 15);
    EXPECT_EQ(outcome.usage.value().total_tokens, 36);
    const std::string& request = peer->requests.at(0);
    EXPECT_TRUE(request.starts_with("POST /v1/models/m:generateContent HTTP/1.1\r\n"));
    EXPECT_NE(request.find("\r\nx-goog-api-key: sk-secret\r\n"), std::string::npos);
    const auto body = sent();
    EXPECT_FALSE(body.contains("generationConfig"));
    const auto& parts = body.at("systemInstruction").at("parts").as_array();
    const std::string system(parts.at(0).at("text").as_string());
    EXPECT_NE(system.find("\"de-AT\""), std::string::npos);
    EXPECT_TRUE(system.ends_with("\n\nBe kind."));
    EXPECT_EQ(json::serialize(body.at("contents")), R"([{"parts":[{"text":"Hi \"you\""}],"role":"user"}])");
}

TEST_F(Gemini, turns_alternate_between_user_and_model) {
    max_tokens = 77;
    answer_with("200 OK", candidate("[]"));
    prompt.turns = {
        {ChatRole::assistant, "Left over."}, {ChatRole::user, "One"},          {ChatRole::user, "two?"},
        {ChatRole::assistant, "Yes."},       {ChatRole::assistant, "Indeed."}, {ChatRole::user, "Thanks."}};
    ask();
    const auto body = sent();
    EXPECT_EQ(json::serialize(body.at("contents")),
              R"([{"parts":[{"text":"One\n\ntwo?"}],"role":"user"},)"
              R"({"parts":[{"text":"Yes.\n\nIndeed."}],"role":"model"},)"
              R"({"parts":[{"text":"Thanks."}],"role":"user"}])");
    EXPECT_FALSE(body.contains("systemInstruction"));
    EXPECT_EQ(body.at("generationConfig").at("maxOutputTokens"), 77);
}

TEST_F(Gemini, a_stream_gives_its_pieces_and_the_last_counts) {
    stream(piece("Hel") + piece("") + piece("lo 🙂") + data(candidate(R"([{"text":"!"}])")));
    const auto outcome = ask();
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_EQ(outcome.text, "Hello 🙂!");
    EXPECT_EQ(outcome.model, "gemini-2026");
    EXPECT_EQ(outcome.usage.value().completion_tokens, 15);
    EXPECT_EQ(outcome.usage.value().total_tokens, 36);
    EXPECT_TRUE(
        peer->requests.at(0).starts_with("POST /v1/models/m:streamGenerateContent?alt=sse HTTP/1.1\r\n"));
    EXPECT_EQ(peer->requests.at(0).find("secret"), peer->requests.at(0).rfind("secret"));
}

TEST_F(Gemini, a_models_name_is_a_part_of_the_path_and_no_more) {
    const auto path = [&](const std::string& model) {
        answer_with("200 OK", candidate("[]"));
        prompt.model = model;
        ask();
        const std::string& request = peer->requests.at(0);
        return request.substr(0, request.find(" HTTP"));
    };
    EXPECT_EQ(path("models/gemini-2.5-flash"), "POST /v1/models/gemini-2.5-flash:generateContent");
    EXPECT_EQ(path("tunedModels/mine"), "POST /v1/tunedModels/mine:generateContent");
    EXPECT_EQ(path("a b?c#d%ö"), "POST /v1/models/a%20b%3Fc%23d%25%C3%B6:generateContent");
}

TEST_F(Gemini, thinking_is_left_out) {
    answer_with("200 OK", candidate(R"([{"text":"Hm","thought":true},{"text":"Hi","thought":false}])"));
    EXPECT_EQ(ask().text, "Hi");
    stream(data(R"({"candidates":[{"content":{"parts":[{"text":"Hm","thought":true}]}}]})") +
           data(candidate(R"([{"text":"Hi"}])")));
    EXPECT_EQ(ask().text, "Hi");
}

TEST_F(Gemini, an_answer_may_be_empty_or_end_at_the_limit) {
    answer_with("200 OK",
                R"({"candidates":[{"finishReason":"MAX_TOKENS"}],"usageMetadata":{"promptTokenCount":3}})");
    auto outcome = ask();
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_TRUE(outcome.pieces.empty());
    EXPECT_EQ(outcome.usage.value().completion_tokens, 0);
    stream(data(candidate("[]", "MAX_TOKENS")));
    outcome = ask();
    EXPECT_EQ(outcome.error, std::nullopt);
    EXPECT_TRUE(outcome.pieces.empty());
}

TEST_F(Gemini, a_sum_of_tokens_past_the_contracts_is_not_told) {
    answer_with("200 OK",
                R"({"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,)"
                R"("candidatesTokenCount":2147483647,"thoughtsTokenCount":1,"totalTokenCount":2}})");
    EXPECT_FALSE(ask().usage.has_value());
}

TEST_F(Gemini, a_blocked_prompt_or_answer_is_declined_and_no_outage) {
    const std::string blocked =
        R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3}})";
    for (const std::string& body : {blocked, candidate(R"([{"text":"I"}])", "SAFETY"),
                                    candidate("[]", "RECITATION"), candidate("[]", "PROHIBITED_CONTENT")}) {
        answer_with("200 OK", body);
        EXPECT_EQ(ask().message, "The provider declined to answer.") << body;
        stream(piece("Hel") + data(body));
        const auto outcome = ask();
        EXPECT_EQ(outcome.text, "Hel");
        EXPECT_EQ(outcome.message, "The provider declined to answer.") << body;
        ask();
        ask();
        EXPECT_EQ(provider->unavailable_reason(), std::nullopt);
        prompt.stream = false;
    }
}

TEST_F(Gemini, a_stream_without_its_end_broke_off) {
    stream(piece("Hel"));
    const auto outcome = ask();
    EXPECT_EQ(outcome.text, "Hel");
    EXPECT_EQ(outcome.message, "The provider's answer broke off.");
}

TEST_F(Gemini, an_error_within_a_stream_means_what_its_code_says) {
    const auto fails_as = [&](const std::string& code) {
        stream(piece("Hel") + data(R"({"error":{"code":)" + code + R"(,"message":"sk-secret"}})") +
               piece("lo"));
        const auto outcome = ask();
        EXPECT_EQ(outcome.text, "Hel");
        EXPECT_EQ(outcome.error, ErrorCode::provider_error);
        ask();
        ask();
        return Verdict(outcome.message, provider->unavailable_reason().has_value());
    };
    EXPECT_EQ(fails_as("503"), Verdict("The provider failed.", true));
    EXPECT_EQ(fails_as("429"), Verdict("The provider is at its rate limit or quota.", true));
    EXPECT_EQ(fails_as("500"), Verdict("The provider failed.", false));
    EXPECT_EQ(fails_as("\"x\""), Verdict("The provider failed.", false));
}

TEST_F(Gemini, a_wrong_key_or_an_account_that_is_not_served_is_an_outage_though_it_is_a_400) {
    for (const char* error :
         {R"({"error":{"code":400,"status":"INVALID_ARGUMENT","details":[1,{"reason":"API_KEY_INVALID"}]}})",
          R"([{"error":{"code":400,"status":"FAILED_PRECONDITION","message":"User location"}}])"}) {
        answer_with("400 Bad", error);
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(ask().message, "The provider refused this server's credentials.");
        EXPECT_TRUE(provider->unavailable_reason());
    }
    answer_with("400 Bad",
                R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"API_KEY_INVALID"}})");
    EXPECT_EQ(ask().message, "The provider refused the prompt.");
}

TEST_F(Gemini, what_is_no_answer_is_a_provider_error) {
    for (const char* body :
         {"", "{", "[]", "{}", R"({"candidates":[]})", R"({"candidates":[1]})", R"({"candidates":{}})"}) {
        answer_with("200 OK", body);
        EXPECT_EQ(ask().error, ErrorCode::provider_error) << body;
    }
    for (const char* fault : {"data: {broken\n\n", "data: []\n\n", "data: {\"error\":1}\n\n"}) {
        stream(piece("Hel") + fault + piece("lo") + data(candidate("[]")));
        const auto outcome = ask();
        EXPECT_EQ(outcome.text, "Hel") << fault;
        EXPECT_EQ(outcome.error, ErrorCode::provider_error) << fault;
    }
}

TEST_F(Gemini, members_of_other_kinds_are_no_crash) {
    for (const char* body :
         {R"({"candidates":[{"content":1}],"usageMetadata":1,"modelVersion":1})",
          R"({"candidates":[{"content":{"parts":1},"finishReason":1}],"promptFeedback":1})",
          R"({"candidates":[{"content":{"parts":[1,null,{"text":1,"thought":1},{}]}}]})"}) {
        answer_with("200 OK", body);
        const auto outcome = ask();
        EXPECT_EQ(outcome.error, std::nullopt) << body;
        EXPECT_EQ(outcome.text, "");
        EXPECT_EQ(outcome.model, "m");
    }
}

} // namespace
} // namespace xentree
