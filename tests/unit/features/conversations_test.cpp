#include "features/conversations/conversations.h"

#include "ai/extractive/extractive_provider.h"
#include "base/text.h"
#include "people.h"

namespace xentree {
namespace {

class Conversing : public People {
  public:
    ConversationResponse create(const Caller& by, const std::string& title = "",
                                const std::string& provider = "auto") {
        ConversationCreateRequest request;
        request.provider = provider;
        if (!title.empty())
            request.title = title;
        return loop.await(conversations.create(by, std::move(request)));
    }
    ConversationResponse find(const Caller& by, ConversationId id) {
        return loop.await(conversations.find(by.user, id));
    }
    ConversationResponse rename(const Caller& by, ConversationId id,
                                const std::optional<std::string>& title) {
        ConversationUpdateRequest changes;
        if (title)
            changes.title = *title;
        return loop.await(conversations.update(by.user, id, std::move(changes)));
    }
    std::vector<ChatMessage> say(const Caller& by, ConversationId id, const std::string& message) {
        return loop.await(conversations.begin_turn(by.user, id, message)).turns;
    }
    MessageId answer(const Caller& by, ConversationId id, const std::string& content) {
        ChatResponse response;
        response.content = content;
        response.provider = "auto";
        response.model = "m1";
        response.usage = TokenUsage{1, 2, 3};
        response.conversation_id = id;
        return loop.await(conversations.finish_turn(by.user, std::move(response)));
    }
    // Every page of a list, by its texts; a '|' after each page.
    std::string messages(const Caller& by, ConversationId id, std::size_t limit = 50) {
        std::string text;
        PageRequest request;
        request.limit = limit;
        for (;;) {
            auto page = loop.await(conversations.messages(by.user, id, request));
            for (const auto& message : page.items)
                text += message.content + " ";
            text += "|";
            if (!page.next)
                return text;
            request.position = std::move(page.next);
        }
    }
    std::string titles(const Caller& by, std::size_t limit = 50) {
        std::string text;
        PageRequest request;
        request.limit = limit;
        for (;;) {
            auto page = loop.await(conversations.list(by.user, request));
            for (const auto& conversation : page.items)
                text += conversation.title + " ";
            text += "|";
            if (!page.next)
                return text;
            request.position = std::move(page.next);
        }
    }
    std::string title_after(const std::string& message) {
        const Caller mira = caller("mira");
        const auto id = create(mira).id;
        say(mira, id, message);
        return find(mira, id).title;
    }

    WorkerPool workers{1, 1};
    ChatRouting routing{{}, std::make_unique<ExtractiveProvider>(workers)};
    Conversations conversations{Conversations::Parts{*database, routing, idempotency, clock}};
};

TEST_P(Conversing, a_new_one_is_empty_and_of_its_maker) {
    add("mira");
    const Caller mira = caller("mira");
    const auto made = create(mira, "Launch");
    EXPECT_EQ(made.title, "Launch");
    EXPECT_EQ(made.message_count, 0);
    EXPECT_EQ(made.last_message_at, std::nullopt);
    EXPECT_EQ(to_json(find(mira, made.id)), to_json(made));
}

TEST_P(Conversing, a_provider_that_nobody_bears_is_not_found) {
    add("mira");
    const Caller mira = caller("mira");
    EXPECT_EQ(code_of([&] { create(mira, "", "nobody"); }), ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { create(mira, "", "extractive"); }), std::nullopt);
}

TEST_P(Conversing, none_is_made_for_an_account_that_has_gone_since_the_caller_was_let_in) {
    const auto id = add("mira").id;
    Caller mira = caller("mira");
    run("DELETE FROM users WHERE id = $1", id);
    EXPECT_EQ(code_of([&] { create(mira); }), ErrorCode::invalid_token);
    mira.repeatable = RepeatableRequest{"k1", "POST /api/core/conversations", "{}"};
    mira.key.emplace();
    EXPECT_EQ(code_of([&] { create(mira); }), ErrorCode::invalid_api_key);
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM idempotency_answers"), 0);
}

TEST_P(Conversing, the_first_message_gives_the_title_and_no_later_one) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira).id;
    EXPECT_EQ(find(mira, id).title, "");
    say(mira, id, "When is the launch?");
    say(mira, id, "And where?");
    EXPECT_EQ(find(mira, id).title, "When is the launch?");
}

TEST_P(Conversing, a_given_title_stays) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira, "Launch").id;
    say(mira, id, "When is it?");
    EXPECT_EQ(find(mira, id).title, "Launch");
}

TEST_P(Conversing, a_new_title_stays_and_is_a_change_but_no_activity) {
    add("mira");
    const Caller mira = caller("mira");
    const auto made = create(mira);
    clock.advance(Seconds(1));
    create(mira, "later");
    const auto renamed = rename(mira, made.id, "Launch");
    EXPECT_EQ(renamed.title, "Launch");
    EXPECT_EQ(renamed.updated_at, clock.now());
    EXPECT_EQ(renamed.last_message_at, std::nullopt);
    EXPECT_EQ(to_json(find(mira, made.id)), to_json(renamed));
    EXPECT_EQ(titles(mira), "later Launch |");
    EXPECT_EQ(titles(mira, 1), "later |Launch |");
    say(mira, made.id, "When is it?");
    EXPECT_EQ(find(mira, made.id).title, "Launch");
}

TEST_P(Conversing, no_title_or_the_present_one_changes_nothing) {
    add("mira");
    const Caller mira = caller("mira");
    const auto made = create(mira, "Launch");
    clock.advance(Seconds(1));
    EXPECT_EQ(to_json(rename(mira, made.id, std::nullopt)), to_json(made));
    EXPECT_EQ(to_json(rename(mira, made.id, "Launch")), to_json(made));
    EXPECT_EQ(to_json(find(mira, made.id)), to_json(made));
}

TEST_P(Conversing, a_made_title_is_one_trimmed_line_of_at_most_200_characters) {
    add("mira");
    EXPECT_EQ(title_after(" \n\u3000 one\ntwo\r\n\tthree\u00a0\n"), "one two   three");
    EXPECT_EQ(title_after(std::string(300, 'x')), std::string(200, 'x'));
    std::string long_text;
    for (int i = 0; i < 300; ++i)
        long_text += "\u20ac";
    EXPECT_EQ(title_after(long_text), long_text.substr(0, 600));
    EXPECT_EQ(title_after(std::string(199, 'x') + " y"), std::string(199, 'x'));
}

// As none may be in a title that is given.
TEST_P(Conversing, a_made_title_has_no_control_character) {
    add("mira");
    for (const char* message : {"a\x01z", "a\x7fz", "a\u0085z", "a\u009bz"})
        EXPECT_FALSE(has_control_character(title_after(message))) << message;
}

TEST_P(Conversing, messages_come_in_their_order_whatever_the_clock_says) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira).id;
    for (const char* text : {"1", "2", "3"})
        say(mira, id, text); // all in one millisecond
    clock.set(noon - std::chrono::hours(1));
    answer(mira, id, "4");
    say(mira, id, "5");
    EXPECT_EQ(messages(mira, id), "1 2 3 4 5 |");
    EXPECT_EQ(messages(mira, id, 2), "1 2 |3 4 |5 |");
    EXPECT_EQ(messages(mira, id, 5), "1 2 3 4 5 |");
    EXPECT_EQ(find(mira, id).message_count, 5);
}

// A mebibyte of text is the most.
TEST_P(Conversing, a_page_of_heavy_messages_is_shorter_and_leaves_none_out) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira).id;
    const auto lengths = [&](std::size_t limit) {
        std::string text;
        PageRequest request;
        request.limit = limit;
        for (;;) {
            auto page = loop.await(conversations.messages(mira.user, id, request));
            for (const auto& message : page.items)
                text += std::to_string(message.content.size()) + " ";
            text += "|";
            if (!page.next)
                return text;
            request.position = std::move(page.next);
        }
    };
    constexpr std::size_t half = 512 * 1024;
    for (const std::size_t size : {half, half, half, half + 1, 3 * half, std::size_t{1}})
        answer(mira, id, std::string(size, 'x'));
    EXPECT_EQ(lengths(100), "524288 524288 |524288 |524289 |1572864 |1 |");
    EXPECT_EQ(lengths(2), "524288 524288 |524288 |524289 |1572864 |1 |");
    EXPECT_EQ(lengths(1), "524288 |524288 |524288 |524289 |1572864 |1 |");
}

TEST_P(Conversing, a_page_of_light_messages_is_whole) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira).id;
    std::string all;
    for (int i = 1; i <= 70; ++i) {
        say(mira, id, std::to_string(i));
        all += std::to_string(i) + " ";
    }
    EXPECT_EQ(messages(mira, id, 100), all + "|");
    EXPECT_EQ(messages(mira, id, 70), all + "|");
    EXPECT_NE(messages(mira, id, 64).find("63 64 |65 66"), std::string::npos);
}

TEST_P(Conversing, messages_written_at_once_each_get_a_position) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira).id;
    const auto ends =
        at_once(6, [&](Loop& own, int) { own.await(conversations.begin_turn(mira.user, id, "x")); });
    EXPECT_EQ(ends, std::vector(6, std::optional<ErrorCode>()));
    EXPECT_EQ(messages(mira, id), "x x x x x x |");
    EXPECT_EQ(look_up<std::int64_t>("SELECT MAX(position) FROM messages WHERE conversation_id = $1", id), 6);
}

TEST_P(Conversing, an_answer_is_kept_with_what_made_it) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira).id;
    say(mira, id, "When?");
    const auto message = answer(mira, id, "On Monday.");
    const auto page = loop.await(conversations.messages(mira.user, id, {}));
    ASSERT_EQ(page.items.size(), 2U);
    EXPECT_EQ(page.items[0].role, ChatRole::user);
    EXPECT_EQ(page.items[0].usage.has_value(), false);
    EXPECT_EQ(page.items[1].id, message);
    EXPECT_EQ(page.items[1].role, ChatRole::assistant);
    EXPECT_EQ(page.items[1].model, "m1");
    EXPECT_EQ(page.items[1].usage->completion_tokens, 2);
}

TEST_P(Conversing, a_turn_is_given_those_before_it_oldest_first) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira).id;
    EXPECT_TRUE(say(mira, id, "1").empty());
    answer(mira, id, "2");
    const auto before = say(mira, id, "3");
    ASSERT_EQ(before.size(), 2U);
    EXPECT_EQ(before[0].content, "1");
    EXPECT_EQ(before[0].role, ChatRole::user);
    EXPECT_EQ(before[1].content, "2");
    EXPECT_EQ(before[1].role, ChatRole::assistant);
}

TEST_P(Conversing, of_a_long_history_the_newest_200_turns_are_given) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira).id;
    for (int i = 1; i <= 201; ++i)
        say(mira, id, std::to_string(i));
    const auto before = say(mira, id, "last");
    ASSERT_EQ(before.size(), 200U);
    EXPECT_EQ(before.front().content, "2");
    EXPECT_EQ(before.back().content, "201");
}

TEST_P(Conversing, of_a_heavy_history_whole_turns_up_to_400000_bytes_are_given) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira).id;
    say(mira, id, "first");
    say(mira, id, std::string(200'001, 'a'));
    say(mira, id, std::string(200'000, 'b'));
    auto before = say(mira, id, std::string(100'000, 'c'));
    ASSERT_EQ(before.size(), 1U);
    EXPECT_EQ(before.front().content.front(), 'b');
    before = say(mira, id, "last"); // 300,000 bytes, and the next is too much
    ASSERT_EQ(before.size(), 2U);
    EXPECT_EQ(before.front().content.front(), 'b');
}

TEST_P(Conversing, of_a_newest_turn_heavier_than_all_the_end_is_given_with_what_it_answers) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira).id;
    say(mira, id, "first");
    std::string heavy = "ö";
    heavy.append(399'994, 'a');
    answer(mira, id, "cut off" + heavy);
    const auto before = say(mira, id, "last");
    ASSERT_EQ(before.size(), 2U);
    EXPECT_EQ(before[0].content, "first");
    EXPECT_EQ(before[1].content, heavy.substr(2));
}

TEST_P(Conversing, those_of_another_owner_are_not_there) {
    add("mira");
    add("ola");
    const Caller mira = caller("mira"), ola = caller("ola");
    const auto id = create(mira, "Launch").id;
    say(mira, id, "mine");
    const auto absent = std::optional(ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { find(ola, id); }), absent);
    EXPECT_EQ(code_of([&] { messages(ola, id); }), absent);
    EXPECT_EQ(code_of([&] { rename(ola, id, "hers"); }), absent);
    EXPECT_EQ(code_of([&] { rename(ola, id, std::nullopt); }), absent);
    EXPECT_EQ(code_of([&] { say(ola, id, "x"); }), absent);
    EXPECT_EQ(code_of([&] { answer(ola, id, "x"); }), absent);
    EXPECT_EQ(code_of([&] { loop.await(conversations.remove(ola.user, id)); }), absent);
    EXPECT_EQ(titles(ola), "|");
    EXPECT_EQ(messages(mira, id), "mine |");
    EXPECT_EQ(find(mira, id).title, "Launch");
    EXPECT_EQ(find(mira, id).message_count, 1);
}

TEST_P(Conversing, one_that_never_was_is_not_there) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = ConversationId::make(noon);
    EXPECT_EQ(code_of([&] { find(mira, id); }), ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { say(mira, id, "x"); }), ErrorCode::not_found);
}

TEST_P(Conversing, a_deleted_one_takes_its_messages_along_and_its_late_answer_finds_nothing) {
    add("mira");
    const Caller mira = caller("mira");
    const auto id = create(mira).id;
    say(mira, id, "x");
    loop.await(conversations.remove(mira.user, id));
    EXPECT_EQ(look_up<std::int64_t>("SELECT COUNT(*) FROM messages"), 0);
    EXPECT_EQ(code_of([&] { answer(mira, id, "late"); }), ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { loop.await(conversations.remove(mira.user, id)); }), ErrorCode::not_found);
}

TEST_P(Conversing, the_list_begins_with_the_most_recently_active) {
    add("mira");
    const Caller mira = caller("mira");
    const auto a = create(mira, "a").id;
    clock.advance(Seconds(1));
    create(mira, "b");
    EXPECT_EQ(titles(mira), "b a |");
    clock.advance(Seconds(1));
    say(mira, a, "x");
    EXPECT_EQ(titles(mira), "a b |");
}

TEST_P(Conversing, pages_hold_each_one_once_also_of_one_millisecond) {
    add("mira");
    const Caller mira = caller("mira");
    for (const char* title : {"a", "b", "c", "d", "e"})
        create(mira, title);
    EXPECT_EQ(titles(mira, 2), "e d |c b |a |");
    EXPECT_EQ(titles(mira, 1), "e |d |c |b |a |");
}

TEST_P(Conversing, made_again_with_its_key_it_is_the_same_one) {
    add("mira");
    add("ola");
    const auto repeat = [&](const std::string& name) {
        Caller by = caller(name);
        by.repeatable = RepeatableRequest{"k1", "POST /api/core/conversations", "{}"};
        return create(by).id;
    };
    const auto first = repeat("mira");
    EXPECT_EQ(repeat("mira"), first);
    EXPECT_NE(repeat("ola"), first);
}

XENTREE_HOLDS_ON_EACH_DATABASE(Conversing);

} // namespace
} // namespace xentree
