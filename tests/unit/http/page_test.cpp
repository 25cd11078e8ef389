#include "http/page.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace xentree {
namespace {

constexpr Instant noon{Milliseconds(1'777'896'000'000)};
const CursorCodec cursors({1, 2, 3});
const boost::json::array position{1'777'896'000'000, "019cad9c-9140-73c4-b64e-2ec636ec8a8f", "\u00e9\n"};

TEST(Cursors, a_position_is_read_again) {
    EXPECT_EQ(cursors.decode(cursors.encode(position, "list", noon), "list", noon), position);
    EXPECT_EQ(cursors.decode(cursors.encode({}, "list", noon), "list", noon), boost::json::array());
}

TEST(Cursors, they_need_no_escape_in_a_query) {
    const std::string cursor = cursors.encode(position, "list", noon);
    EXPECT_EQ(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
}

TEST(Cursors, a_change_of_any_character_is_noticed) {
    const std::string cursor = cursors.encode(position, "list", noon);
    for (std::size_t i = 0; i < cursor.size(); ++i) {
        std::string changed = cursor;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(cursors.decode(changed, "list", noon)) << i;
        EXPECT_FALSE(cursors.decode(cursor.substr(0, i), "list", noon)) << i;
    }
    for (const std::string& more :
         {cursor + "A", cursor + "AAAA", cursor + "=", " " + cursor, cursor + cursor})
        EXPECT_FALSE(cursors.decode(more, "list", noon));
}

TEST(Cursors, what_was_never_one_is_refused) {
    for (const std::string& bad : {std::string(), std::string("A"), std::string("null"), std::string(22, 'A'),
                                   std::string(24, 'A'), std::string(10'000, 'A'), std::string("\xff\xff")})
        EXPECT_FALSE(cursors.decode(bad, "list", noon));
}

TEST(Cursors, one_of_another_list_caller_or_filter_is_refused) {
    const std::string cursor = cursors.encode(position, "list\nuser\n{}", noon);
    for (const char* other :
         {"", "list", "list\nuser\n{\"a\":1}", "list\nother\n{}", "lists\nuser\n{}", "list\nuser\n{} "})
        EXPECT_FALSE(cursors.decode(cursor, other, noon)) << other;
}

TEST(Cursors, one_of_another_server_is_refused) {
    EXPECT_FALSE(CursorCodec({3, 2, 1}).decode(cursors.encode(position, "list", noon), "list", noon));
}

TEST(Cursors, they_are_good_for_24_hours) {
    const std::string cursor = cursors.encode(position, "list", noon);
    EXPECT_TRUE(cursors.decode(cursor, "list", noon + std::chrono::hours(24)));
    EXPECT_FALSE(cursors.decode(cursor, "list", noon + std::chrono::hours(24) + Milliseconds(1)));
}

TEST(Cursors, one_made_before_the_clock_was_set_back_is_still_good) {
    EXPECT_TRUE(
        cursors.decode(cursors.encode(position, "list", noon), "list", noon - std::chrono::minutes(5)));
}

std::tuple<int> itself(const int& item) {
    return {item};
}

TEST(Pages, one_item_more_than_the_limit_tells_of_another_page) {
    PageRequest request;
    request.limit = 2;
    const auto page = make_page(std::vector{5, 6, 7}, request, itself);
    EXPECT_EQ(page.items, (std::vector{5, 6}));
    ASSERT_TRUE(page.next);
    PageRequest following;
    following.position = *page.next;
    EXPECT_EQ(following.after<int>(), std::tuple(6));
}

TEST(Pages, the_last_one_has_none_after_it) {
    PageRequest request;
    request.limit = 2;
    EXPECT_FALSE(make_page(std::vector{5, 6}, request, itself).next);
    EXPECT_FALSE(make_page(std::vector<int>{}, request, itself).next);
    EXPECT_FALSE(request.after<int>());
}

} // namespace
} // namespace xentree
