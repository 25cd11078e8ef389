#include "ai/extractive/answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "ai/extractive/question.h"
#include "ai/extractive/rank.h"
#include "ai/extractive/sentences.h"

namespace xentree::extractive {
namespace {

constexpr std::size_t quote_limit = 4;
constexpr std::size_t source_limit = 20'000; // sentences
constexpr double least_of_best = 0.45;       // share of the best score that a further quote must reach

constexpr std::string_view opening = "This conversation says:\n";
constexpr std::string_view closing = "\nThis is an extractive answer: it is made of quotes from this "
                                     "conversation and was not written by a language "
                                     "model.";
constexpr std::string_view nothing_found =
    "Nothing in this conversation answers that.\n\n"
    "There is no language model behind this answer. Without one this server can only quote sentences of the "
    "conversation: ask about something that was said in it, or send a text that ends in a question about it. "
    "The "
    "operator of this server can configure an AI provider, which writes answers of its own.";

struct Source {
    std::vector<std::string_view> sentences;
    std::vector<std::size_t> messages; // of each sentence, from 0
};

// From the beginning of a character on, so that it is well-formed.
std::string_view last_bytes(std::string_view text, std::size_t limit) {
    std::size_t start = text.size() - std::min(text.size(), limit);
    while (start < text.size() && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80)
        ++start;
    return text.substr(start);
}

// What this provider said before is quotes of what is there anyhow.
bool is_own_answer(const ChatMessage& turn) {
    return turn.role == ChatRole::assistant &&
           (turn.content.ends_with(closing) || turn.content.starts_with(nothing_found));
}

// The newest that fit, in the order in which they were said.
Source collect(const std::vector<ChatMessage>& turns, std::vector<std::string_view> pasted,
               SentenceSplitter& splitter) {
    Source source;
    const auto take = [&](std::vector<std::string_view> sentences, std::size_t message) {
        for (auto sentence = sentences.rbegin(); sentence != sentences.rend(); ++sentence) {
            if (source.sentences.size() == source_limit)
                return;
            source.sentences.push_back(*sentence);
            source.messages.push_back(message);
        }
    };
    take(std::move(pasted), turns.size() - 1);
    std::size_t left = text_limit - std::min(text_limit, turns.back().content.size());
    for (std::size_t i = turns.size() - 1; i > 0 && left > 0; --i) {
        const ChatMessage& turn = turns[i - 1];
        if (is_own_answer(turn))
            continue;
        const auto text = last_bytes(turn.content, left);
        left -= text.size();
        take(splitter.split(text), i - 1);
        if (text.size() < turn.content.size())
            break;
    }
    std::reverse(source.sentences.begin(), source.sentences.end());
    std::reverse(source.messages.begin(), source.messages.end());
    return source;
}

std::string_view speaker(ChatRole role) {
    switch (role) {
    case ChatRole::user:
        return "your message";
    case ChatRole::assistant:
        return "assistant, message";
    case ChatRole::system:
        return "instructions, message";
    }
    return "message";
}

} // namespace

std::vector<std::string> compose_answer(const ChatPrompt& prompt) {
    const auto& turns = prompt.turns;
    if (turns.empty())
        return {std::string(nothing_found)};
    SentenceSplitter splitter;
    auto message = split_message(turns.back().content, splitter);
    const Source source = collect(turns, std::move(message.pasted), splitter);
    auto ranked = rank_sentences(message.question, source.sentences, prompt.language);
    if (ranked.empty())
        return {std::string(nothing_found)};

    const double least = ranked.front().score * least_of_best;
    std::erase_if(ranked, [&](const RankedSentence& each) { return each.score < least; });
    if (ranked.size() > quote_limit)
        ranked.resize(quote_limit);
    std::vector<std::string> pieces{std::string(opening)};
    for (const RankedSentence& each : ranked) {
        const std::size_t turn = source.messages[each.index];
        pieces.push_back(fmt::format("\n> {}\n— {} {}\n", source.sentences[each.index],
                                     speaker(turns[turn].role), prompt.turns_before + turn + 1));
    }
    pieces.emplace_back(closing);
    return pieces;
}

} // namespace xentree::extractive
