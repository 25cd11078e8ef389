#include "app/pages.h"
#include "app/scratch_application.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace xentree {
namespace {

TEST(WholeApplication, its_handlers_fit_the_contract_and_its_document_has_them_and_no_others) {
    const ScratchApplication scratch;
    const Api& api = scratch.application().api();
    EXPECT_FALSE(api.implemented().empty());
    const auto document = boost::json::parse(openapi_text(api));
    std::set<std::string, std::less<>> served;
    for (const auto& path : document.at("paths").as_object()) {
        for (const auto& operation : path.value().as_object())
            served.insert(std::string(operation.value().at("operationId").as_string()));
    }
    EXPECT_EQ(served, api.implemented());
}

class DataDirectory : public testing::Test {
  protected:
    DataDirectory() {
        std::string name = testing::TempDir() + "xentree-app-XXXXXX";
        if (!::mkdtemp(name.data()))
            throw std::runtime_error("no temporary directory");
        directory = name;
        settings.data = directory / "data";
        settings.argon2_memory_kib = 8;
    }
    ~DataDirectory() override { std::filesystem::remove_all(directory); }
    std::string refusal() {
        try {
            Foundation foundation(settings);
            foundation.database->migrate();
            Application application(settings, std::move(foundation));
            application.close();
            return "";
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }
    std::filesystem::path directory;
    Settings settings;
};

TEST_F(DataDirectory, it_is_made_where_it_is_missing_and_is_the_servers_own) {
    EXPECT_EQ(refusal(), "");
    struct stat found {};
    ASSERT_EQ(::stat(settings.data.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0700U);
    EXPECT_TRUE(std::filesystem::exists(settings.data + "/xentree.db"));
    EXPECT_TRUE(std::filesystem::exists(settings.data + "/master.key"));
}

TEST_F(DataDirectory, a_second_start_goes_on_where_the_first_ended) {
    EXPECT_EQ(refusal(), "");
    EXPECT_EQ(refusal(), "");
}

TEST_F(DataDirectory, with_another_master_key_it_does_not_start_and_says_what_to_do) {
    EXPECT_EQ(refusal(), "");
    settings.master_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    EXPECT_NE(refusal().find("--master-key-file"), std::string::npos);
}

TEST_F(DataDirectory, one_that_cannot_be_made_is_named) {
    settings.data = "/proc/xentree";
    EXPECT_NE(refusal().find("/proc/xentree"), std::string::npos);
}

TEST_F(DataDirectory, a_provider_that_is_not_whole_is_named) {
    set_setting(settings, "provider.local.base_url", "http://127.0.0.1:1/v1");
    EXPECT_NE(refusal().find("provider.local.models"), std::string::npos);
}

} // namespace
} // namespace xentree
