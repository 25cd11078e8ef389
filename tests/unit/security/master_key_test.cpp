#include "security/master_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace xentree {
namespace {

const std::string one = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const std::string other = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHhw";

class MasterKeyFile : public testing::Test {
  protected:
    MasterKeyFile() {
        std::string name = testing::TempDir() + "xentree-key-XXXXXX";
        if (!::mkdtemp(name.data()))
            throw std::runtime_error("no temporary directory");
        directory = name;
        file = directory / "master.key";
    }
    ~MasterKeyFile() override { std::filesystem::remove_all(directory); }
    void write(const std::string& text) const { std::ofstream(file) << text; }
    std::string refusal(const std::filesystem::path& path) const {
        try {
            MasterKey::load_or_create(path);
            return "";
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }
    std::filesystem::path directory, file;
};

TEST_F(MasterKeyFile, a_new_one_can_be_read_by_its_owner_only) {
    const mode_t before = ::umask(0); // the most generous one
    MasterKey::load_or_create(file);
    ::umask(before);
    struct stat found {};
    ASSERT_EQ(::stat(file.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777, 0600U);
}

TEST_F(MasterKeyFile, the_next_start_reads_the_same_key_again) {
    const std::string sealed = MasterKey::load_or_create(file).seal("secret", "test");
    EXPECT_EQ(MasterKey::load_or_create(file).open(sealed, "test"), "secret");
}

TEST_F(MasterKeyFile, each_new_one_is_another) {
    const std::string sealed = MasterKey::load_or_create(file).seal("secret", "test");
    EXPECT_FALSE(MasterKey::load_or_create(directory / "second.key").open(sealed, "test"));
}

TEST_F(MasterKeyFile, a_file_written_by_hand_is_read) {
    write("  " + one + " \n");
    EXPECT_EQ(MasterKey::load_or_create(file).derive("x"), MasterKey::parse(one).derive("x"));
}

TEST_F(MasterKeyFile, one_that_cannot_be_used_is_named_and_kept) {
    for (const std::string& bad : {std::string("\n"), std::string("too short\n"), one + "AA\n"}) {
        write(bad);
        EXPECT_NE(refusal(file).find(file), std::string::npos) << bad;
        std::ifstream stream(file);
        EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), bad);
    }
    write("");
    EXPECT_NE(refusal(file).find(file), std::string::npos);
    const auto absent = directory / "absent" / "master.key";
    EXPECT_NE(refusal(absent).find(absent), std::string::npos);
}

TEST_F(MasterKeyFile, the_message_about_a_bad_one_does_not_show_it) {
    write(one + "AA\n");
    EXPECT_EQ(refusal(file).find(one), std::string::npos);
}

TEST(MasterKeys, only_32_bytes_in_unpadded_base64url_are_one) {
    EXPECT_NO_THROW(MasterKey::parse(one));
    EXPECT_NO_THROW(MasterKey::parse(one + "\n"));
    for (const std::string& bad : {std::string(), one.substr(1), one + "A", one + "=", one + one,
                                   std::string("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9"), // stray bits
                                   std::string(43, '+'), std::string(64, '0')})
        EXPECT_THROW(MasterKey::parse(bad), std::runtime_error) << bad;
}

TEST(MasterKeys, each_purpose_has_a_key_of_its_own) {
    const MasterKey key = MasterKey::parse(one);
    EXPECT_EQ(key.derive("cursors"), key.derive("cursors"));
    EXPECT_NE(key.derive("cursors"), key.derive("idempotency"));
    EXPECT_NE(key.derive("cursors"), MasterKey::parse(other).derive("cursors"));
}

TEST(Seals, what_was_sealed_opens_again_empty_or_not) {
    const MasterKey key = MasterKey::parse(one);
    for (const std::string& plain : {std::string(), std::string("secret"), std::string(100'000, '\0')})
        EXPECT_EQ(key.open(key.seal(plain, "test"), "test"), plain);
}

TEST(Seals, the_same_text_is_sealed_differently_each_time_and_does_not_show) {
    const MasterKey key = MasterKey::parse(one);
    EXPECT_NE(key.seal("secret", "test"), key.seal("secret", "test"));
    EXPECT_EQ(key.seal("secret", "test").find("secret"), std::string::npos);
}

TEST(Seals, another_key_or_another_purpose_does_not_open_them) {
    const std::string sealed = MasterKey::parse(one).seal("secret", "test");
    EXPECT_FALSE(MasterKey::parse(other).open(sealed, "test"));
    EXPECT_FALSE(MasterKey::parse(one).open(sealed, "other"));
    EXPECT_FALSE(MasterKey::parse(one).open(sealed, ""));
}

TEST(Seals, a_change_of_any_byte_or_of_the_length_is_noticed) {
    const MasterKey key = MasterKey::parse(one);
    const std::string sealed = key.seal("secret", "test");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(key.open(changed, "test")) << i;
        EXPECT_FALSE(key.open(sealed.substr(0, i), "test")) << i;
    }
    EXPECT_FALSE(key.open(sealed + "x", "test"));
}

} // namespace
} // namespace xentree
