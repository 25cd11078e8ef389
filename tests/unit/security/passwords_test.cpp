#include "security/passwords.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace xentree {
namespace {

// The least that argon2id takes, so that the tests are quick.
constexpr PasswordOptions cheap{.memory_kib = 8, .threads = 1, .queue = 4};

template<class T>
T await(Task<T> task) {
    asio::io_context io;
    auto future = asio::co_spawn(io, std::move(task), asio::use_future);
    io.run();
    return future.get();
}

TEST(PasswordHashes, the_password_matches_and_no_other_does) {
    Passwords passwords(cheap);
    const std::string hash = await(passwords.hash("correct horse"));
    EXPECT_TRUE(await(passwords.verify(hash, "correct horse")));
    for (const std::string& wrong :
         {std::string("Correct horse"), std::string("correct horse "), std::string("correct"), std::string(),
          std::string("correct horse\0x", 15)})
        EXPECT_FALSE(await(passwords.verify(hash, wrong))) << wrong;
}

TEST(PasswordHashes, a_password_counts_past_a_zero_byte_and_past_any_length) {
    Passwords passwords(cheap);
    const std::string zero("a\0b", 3), longest(512, '\xc3');
    EXPECT_FALSE(await(passwords.verify(passwords.hash_now(zero), "a")));
    EXPECT_FALSE(await(passwords.verify(passwords.hash_now(longest), longest.substr(1))));
    EXPECT_TRUE(await(passwords.verify(passwords.hash_now(longest), longest)));
}

TEST(PasswordHashes, two_of_one_password_are_different) {
    const Passwords passwords(cheap);
    EXPECT_NE(passwords.hash_now("correct horse"), passwords.hash_now("correct horse"));
}

TEST(PasswordHashes, they_are_argon2id_with_the_parameters_of_the_settings) {
    const Passwords passwords(cheap);
    EXPECT_EQ(passwords.hash_now("x").find("$argon2id$v=19$m=8,t=2,p=1$"), 0U);
}

TEST(PasswordHashes, the_usual_cost_is_not_below_what_owasp_asks) {
    constexpr PasswordOptions usual;
    EXPECT_GE(usual.memory_kib, 19U * 1024);
}

TEST(PasswordHashes, one_with_other_parameters_is_outdated_and_still_matches) {
    Passwords passwords(cheap);
    const Passwords dearer({.memory_kib = 64, .threads = 1, .queue = 4});
    const std::string hash = passwords.hash_now("correct horse"),
                      dear_hash = dearer.hash_now("correct horse");
    EXPECT_FALSE(passwords.is_outdated(hash));
    EXPECT_TRUE(dearer.is_outdated(hash));
    EXPECT_TRUE(passwords.is_outdated(dear_hash));
    EXPECT_TRUE(await(passwords.verify(dear_hash, "correct horse")));
}

TEST(PasswordHashes, what_is_no_hash_matches_nothing) {
    Passwords passwords(cheap);
    for (const char* bad : {"", "plain", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuu"}) {
        EXPECT_FALSE(await(passwords.verify(bad, "plain")));
        EXPECT_FALSE(await(passwords.verify(bad, "")));
        EXPECT_TRUE(passwords.is_outdated(bad));
    }
}

TEST(Decoys, no_password_matches_and_the_work_is_that_of_a_real_hash) {
    Passwords passwords(cheap);
    for (const char* guess : {"", "decoy", "password"})
        EXPECT_FALSE(await(passwords.verify(passwords.decoy(), guess)));
    EXPECT_FALSE(await(passwords.verify(passwords.decoy(), std::string(32, '\0'))));
    EXPECT_FALSE(passwords.is_outdated(passwords.decoy()));
    EXPECT_EQ(passwords.decoy().size(), passwords.hash_now("x").size());
}

TEST(Decoys, each_process_has_its_own) {
    EXPECT_NE(Passwords(cheap).decoy(), Passwords(cheap).decoy());
}

} // namespace
} // namespace xentree
