#include "ai/extractive/rank.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace xentree::extractive {
namespace {

std::vector<std::string_view> rank(std::string_view question, std::vector<std::string_view> sentences) {
    std::vector<std::string_view> ordered;
    for (const auto& each : rank_sentences(question, sentences, std::nullopt))
        ordered.push_back(sentences[each.index]);
    return ordered;
}

using Ordered = std::vector<std::string_view>;

TEST(Rank, a_sentence_that_covers_more_of_the_question_comes_first) {
    const auto ordered =
        rank("How much does the annual plan cost?",
             {"The plan changed.", "The annual plan has a cost of 90 euros.", "The annual plan is new."});
    EXPECT_EQ(ordered.at(0), "The annual plan has a cost of 90 euros.");
}

TEST(Rank, words_that_stand_together_count_for_more) {
    const auto ordered =
        rank("access token", {"The access to the building needs no key and no ticket and no token.",
                              "The building has an access token for each of us who needs one key.",
                              "Nothing else is of interest here."});
    EXPECT_EQ(ordered.at(0), "The building has an access token for each of us who needs one key.");
}

TEST(Rank, a_rare_word_counts_for_more_than_a_frequent_one) {
    const auto ordered = rank("server password", {"The server is up.", "The server is down.",
                                                  "The server is new.", "A password is set."});
    EXPECT_EQ(ordered.at(0), "A password is set.");
}

TEST(Rank, forms_of_a_word_are_one) {
    EXPECT_EQ(rank("Who manages the TEAMS?", {"She is managing a team.", "It rains."}).size(), 1);
}

TEST(Rank, scores_fall_and_coverage_is_a_share) {
    const std::vector<std::string_view> sentences{"Red apples.", "Red cars.", "Apples and red pears.",
                                                  "Blue sky."};
    const auto ranked = rank_sentences("red apples", sentences, "en");
    EXPECT_TRUE(std::is_sorted(ranked.begin(), ranked.end(),
                               [](const auto& left, const auto& right) { return left.score > right.score; }));
    for (const auto& each : ranked)
        EXPECT_TRUE(each.coverage > 0 && each.coverage <= 1);
    EXPECT_EQ(ranked, rank_sentences("red apples", sentences, "en"));
}

TEST(Rank, what_equals_the_question_is_no_answer) {
    EXPECT_EQ(rank("the opening date", {"The Opening, DATE", "The opening date is 18 May."}),
              Ordered{"The opening date is 18 May."});
}

TEST(Rank, nothing_is_found_in_nothing) {
    EXPECT_TRUE(rank("", {"A sentence."}).empty());
    EXPECT_TRUE(rank("A question?", {}).empty());
    EXPECT_TRUE(rank("the of and", {"The of and."}).empty());
}

} // namespace
} // namespace xentree::extractive
