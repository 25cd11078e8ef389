#include "security/api_key.h"

#include <gtest/gtest.h>

#include <set>

namespace xentree {
namespace {

TEST(ApiKey, is_made_right_and_never_twice) {
    std::set<std::string> made;
    for (int i = 0; i < 100; ++i) {
        const std::string key = make_api_key();
        EXPECT_EQ(key.size(), 91U);
        EXPECT_TRUE(is_api_key(key)) << key;
        EXPECT_TRUE(made.insert(key).second);
    }
}

TEST(ApiKey, any_changed_character_breaks_it) {
    const std::string key = make_api_key();
    for (std::size_t i = 0; i < key.size(); ++i) {
        std::string changed = key;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(is_api_key(changed)) << i;
    }
}

TEST(ApiKey, takes_no_other_form) {
    const std::string key = make_api_key();
    for (const auto& text :
         {std::string(), std::string("xntr-"), key + "A", key.substr(0, 90), key.substr(1) + "A",
          "xntr-" + std::string(86, '='), "xntr-" + std::string(86, '\0')})
        EXPECT_FALSE(is_api_key(text)) << text;
}

// 60 zero bytes have the CRC-32 0x04128908 (zlib's crc32 of Python says so).
TEST(ApiKey, its_checksum_is_zlibs_in_big_endian) {
    EXPECT_TRUE(is_api_key("xntr-" + std::string(80, 'A') + "BBKJCA"));
}

} // namespace
} // namespace xentree
