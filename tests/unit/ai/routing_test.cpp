#include "ai/routing.h"

#include <gtest/gtest.h>

#include "../http/peer.h"
#include "base/error.h"

namespace xentree {
namespace {

// A provider that does what the test says.
struct Scripted {
    std::string id;
    std::vector<std::string> models;
    std::vector<std::string> pieces{"hello"};
    std::optional<ErrorCode> refuses = {};       // when asked
    std::optional<std::size_t> fails_after = {}; // pieces
    std::optional<std::string> reason = {};      // why it is unavailable
    std::vector<std::string> asked = {};         // models
};

class ScriptedReply final : public ChatReply {
  public:
    ScriptedReply(Scripted& script, std::string model) : script_(script), model_(std::move(model)) {}
    Task<std::optional<std::string>> next() override {
        if (script_.fails_after == given_)
            throw ApiError(ErrorCode::provider_error, "It broke off.");
        if (given_ == script_.pieces.size())
            co_return std::nullopt;
        co_return script_.pieces[given_++];
    }
    std::optional<TokenUsage> usage() const override { return TokenUsage{1, 2, 3}; }
    std::string model() const override { return model_; }

  private:
    Scripted& script_;
    std::string model_;
    std::size_t given_ = 0;
};

class ScriptedProvider final : public ChatProvider {
  public:
    explicit ScriptedProvider(Scripted& script) : script_(script) {
        for (const auto& model : script.models)
            models_.push_back({model, model, std::nullopt});
    }
    std::string_view id() const override { return script_.id; }
    std::string_view name() const override { return script_.id; }
    const std::vector<ChatModel>& models() const override { return models_; }
    std::string_view default_model() const override { return models_.front().id; }
    std::optional<std::string> unavailable_reason() const override { return script_.reason; }
    Task<std::unique_ptr<ChatReply>> ask(ChatPrompt prompt) override {
        script_.asked.push_back(prompt.model);
        if (script_.refuses)
            throw ApiError(*script_.refuses, "refused by " + script_.id);
        co_return std::make_unique<ScriptedReply>(script_, prompt.model);
    }

  private:
    Scripted& script_;
    std::vector<ChatModel> models_;
};

class Routing : public testing::Test {
  protected:
    Scripted first{.id = "first", .models = {"small", "large"}};
    Scripted second{.id = "second", .models = {"tiny", "large"}};
    Scripted embedded{.id = "extractive", .models = {"extractive-1"}};

    ChatRouting two() {
        std::vector<std::unique_ptr<ChatProvider>> configured;
        configured.push_back(std::make_unique<ScriptedProvider>(first));
        configured.push_back(std::make_unique<ScriptedProvider>(second));
        return {std::move(configured), std::make_unique<ScriptedProvider>(embedded)};
    }
    ChatRouting none() { return {{}, std::make_unique<ScriptedProvider>(embedded)}; }

    struct Outcome {
        std::string provider;
        std::string model;
        std::string text;
        std::optional<ErrorCode> error;
    };
    Outcome ask(const ChatRouting& routing, const std::string& provider,
                std::optional<std::string> model = {}) {
        asio::io_context io;
        Outcome outcome;
        test::run(io, [&]() -> Task<void> {
            try {
                auto started = co_await routing.ask(routing.resolve(provider, model), ChatPrompt());
                outcome.provider = started.provider;
                outcome.model = started.rest->model();
                outcome.text = started.first.value_or("");
                for (;;) {
                    const auto piece = co_await started.rest->next();
                    if (!piece)
                        break;
                    outcome.text += "|" + *piece;
                }
            } catch (const ApiError& error) {
                outcome.error = error.code;
            }
        });
        return outcome;
    }
    std::string absent(const ChatRouting& routing, const std::string& provider,
                       std::optional<std::string> model = {}) {
        try {
            routing.resolve(provider, model);
        } catch (const ApiError& error) {
            if (error.code == ErrorCode::not_found)
                return std::string(error.members.at("resource").as_string());
        }
        return {};
    }
};

TEST_F(Routing, auto_takes_the_first_provider_with_its_default_model) {
    first.pieces = {"a", "b", "c"};
    const auto outcome = ask(two(), "auto");
    EXPECT_EQ(outcome.provider, "first");
    EXPECT_EQ(outcome.model, "small");
    EXPECT_EQ(outcome.text, "a|b|c");
    EXPECT_TRUE(second.asked.empty());
}

TEST_F(Routing, auto_fails_over_until_the_first_piece) {
    first.refuses = ErrorCode::provider_timeout;
    EXPECT_EQ(ask(two(), "auto").provider, "second");
    first.refuses = std::nullopt;
    first.fails_after = 0;
    EXPECT_EQ(ask(two(), "auto").provider, "second");
}

TEST_F(Routing, a_fault_after_the_first_piece_is_the_callers) {
    first.pieces = {"a", "b"};
    first.fails_after = 1;
    const auto outcome = ask(two(), "auto");
    EXPECT_EQ(outcome.provider, "first");
    EXPECT_EQ(outcome.text, "a");
    EXPECT_EQ(outcome.error, ErrorCode::provider_error);
    EXPECT_TRUE(second.asked.empty());
}

TEST_F(Routing, auto_passes_over_an_unavailable_provider_without_a_call) {
    first.reason = "It rests.";
    EXPECT_EQ(ask(two(), "auto").provider, "second");
    EXPECT_TRUE(first.asked.empty());
}

TEST_F(Routing, where_all_fail_the_last_error_counts) {
    first.refuses = ErrorCode::provider_error;
    second.refuses = ErrorCode::provider_timeout;
    EXPECT_EQ(ask(two(), "auto").error, ErrorCode::provider_timeout);
    second.refuses = ErrorCode::unavailable;
    EXPECT_EQ(ask(two(), "auto").error, ErrorCode::provider_error);
}

TEST_F(Routing, where_none_is_available_none_is_called) {
    first.reason = second.reason = "It rests.";
    EXPECT_EQ(ask(two(), "auto").error, ErrorCode::unavailable);
    EXPECT_EQ(ask(two(), "first").error, ErrorCode::unavailable);
    EXPECT_TRUE(first.asked.empty() && second.asked.empty() && embedded.asked.empty());
}

TEST_F(Routing, quotes_never_replace_a_configured_language_model) {
    first.refuses = second.refuses = ErrorCode::provider_error;
    EXPECT_EQ(ask(two(), "auto").error, ErrorCode::provider_error);
    EXPECT_TRUE(embedded.asked.empty());
    EXPECT_EQ(ask(none(), "auto").provider, "extractive");
    EXPECT_EQ(ask(two(), "extractive").provider, "extractive");
    EXPECT_EQ(ask(two(), "auto", "extractive-1").provider, "extractive");
}

TEST_F(Routing, the_embedded_provider_answers_where_it_is_meant_and_nowhere_else) {
    EXPECT_EQ(ask(none(), "auto").provider, "extractive");
    EXPECT_EQ(ask(two(), "extractive-1").provider, "extractive");
    EXPECT_NE(ask(two(), "auto").provider, "extractive");
    EXPECT_NE(ask(two(), "tiny").provider, "extractive");
}

TEST_F(Routing, auto_with_a_model_tries_only_those_that_offer_it) {
    first.refuses = ErrorCode::provider_error;
    const auto outcome = ask(two(), "auto", "large");
    EXPECT_EQ(outcome.provider, "second");
    EXPECT_EQ(outcome.model, "large");
    EXPECT_EQ(ask(two(), "auto", "small").error, ErrorCode::provider_error);
    EXPECT_EQ(absent(two(), "auto", "huge"), "model");
}

TEST_F(Routing, a_provider_is_named_by_its_id) {
    EXPECT_EQ(ask(two(), "second").model, "tiny");
    EXPECT_EQ(ask(two(), "second", "large").model, "large");
    EXPECT_EQ(absent(two(), "second", "small"), "model");
    EXPECT_EQ(absent(two(), "third"), "provider");
    EXPECT_EQ(absent(two(), "third", "large"), "provider");
}

TEST_F(Routing, a_models_id_names_the_first_provider_that_offers_it) {
    EXPECT_EQ(ask(two(), "large").provider, "first");
    EXPECT_EQ(ask(two(), "large", "large").model, "large");
    EXPECT_EQ(ask(two(), "tiny").provider, "second");
    first.refuses = ErrorCode::provider_error;
    EXPECT_EQ(ask(two(), "large").error, ErrorCode::provider_error);
    EXPECT_EQ(second.asked, std::vector<std::string>{"tiny"});
}

TEST_F(Routing, two_models_that_contradict_are_a_fault_of_the_request) {
    try {
        two().resolve("large", "small");
        FAIL();
    } catch (const ApiError& error) {
        EXPECT_EQ(error.faults, (std::vector<Fault>{{"/model", "contradicts the model named in provider"}}));
    }
}

TEST_F(Routing, what_resolves_is_known) {
    for (const char* name : {"auto", "first", "second", "extractive", "large", "tiny", "extractive-1"})
        EXPECT_TRUE(two().is_known(name)) << name;
    for (const char* name : {"", "third", "Auto", "larg"})
        EXPECT_FALSE(two().is_known(name)) << name;
}

TEST_F(Routing, an_answer_without_text_has_no_first_piece) {
    first.pieces.clear();
    const auto outcome = ask(two(), "auto");
    EXPECT_EQ(outcome.provider, "first");
    EXPECT_EQ(outcome.text, "");
    EXPECT_EQ(outcome.error, std::nullopt);
}

TEST_F(Routing, the_list_begins_with_auto_and_goes_on_in_order) {
    first.reason = "It rests.";
    const auto list = two().list();
    ASSERT_EQ(list.size(), 4);
    EXPECT_EQ(list[0].id, "auto");
    EXPECT_TRUE(list[0].models.empty());
    EXPECT_EQ(list[0].default_model, "tiny");
    EXPECT_TRUE(list[0].is_available);
    EXPECT_EQ(list[0].capabilities, (std::vector<std::string>{"chat", "stream"}));
    EXPECT_EQ(list[1].id, "first");
    EXPECT_FALSE(list[1].is_available);
    EXPECT_EQ(list[1].unavailable_reason, "It rests.");
    EXPECT_EQ(list[1].default_model, "small");
    EXPECT_EQ(list[2].id, "second");
    EXPECT_EQ(list[3].id, "extractive");
}

TEST_F(Routing, auto_is_listed_as_unavailable_where_each_provider_is) {
    first.reason = second.reason = "It rests.";
    const auto entry = two().list().at(0);
    EXPECT_FALSE(entry.is_available);
    EXPECT_TRUE(entry.unavailable_reason);
    EXPECT_EQ(entry.default_model, std::nullopt);
    EXPECT_TRUE(entry.capabilities.empty());
    EXPECT_EQ(none().list().at(0).default_model, "extractive-1");
}

TEST_F(Routing, two_providers_of_one_id_are_refused) {
    second.id = "first";
    EXPECT_THROW(two(), std::invalid_argument);
    second.id = "auto";
    EXPECT_THROW(two(), std::invalid_argument);
    second.id = "extractive";
    EXPECT_THROW(two(), std::invalid_argument);
}

} // namespace
} // namespace xentree
