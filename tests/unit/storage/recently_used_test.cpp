#include <gtest/gtest.h>

#include "storage/recently_used.h"

namespace xentree {
namespace {

TEST(RecentlyUsed, the_one_used_longest_ago_makes_room) {
    RecentlyUsed<int> kept(2);
    kept.add("a", 1);
    kept.add("b", 2);
    ASSERT_TRUE(kept.find("a"));
    EXPECT_EQ(kept.make_room(), 2);
    kept.add("c", 3);
    EXPECT_EQ(*kept.find("a"), 1);
    EXPECT_EQ(kept.find("b"), nullptr);
    EXPECT_EQ(*kept.find("c"), 3);
}

} // namespace
} // namespace xentree
