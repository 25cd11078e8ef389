#include "app/settings_sources.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace xentree {
namespace {

std::string refusal(const std::function<void()>& f) {
    try {
        f();
        return "";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}
std::string refusal_of(const std::string& name, const std::string& value) {
    Settings settings;
    return refusal([&] { set_setting(settings, name, value); });
}

// A configuration file that goes with the test.
class SettingsFile {
  public:
    explicit SettingsFile(const std::string& text) {
        ::close(::mkstemp(path.data()));
        std::ofstream(path) << text;
    }
    ~SettingsFile() { ::unlink(path.c_str()); }
    std::string path = testing::TempDir() + "xentree-settings-XXXXXX";
};

// Variables of the environment that go with the test.
class Variables {
  public:
    explicit Variables(std::vector<std::pair<std::string, std::string>> pairs) : pairs_(std::move(pairs)) {
        ::unsetenv("XENTREE_TEST_POSTGRES"); // the other unit tests' own
        for (const auto& [name, value] : pairs_)
            ::setenv(name.c_str(), value.c_str(), 1);
    }
    ~Variables() {
        for (const auto& [name, value] : pairs_)
            ::unsetenv(name.c_str());
    }

  private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

TEST(OneSetting, every_one_of_the_table_takes_its_own_default) {
    for (const auto& row : setting_rows())
        EXPECT_EQ(refusal_of(row.name, row.default_value), "");
    for (const auto& row : provider_setting_rows()) {
        std::string name = row.name;
        name.replace(name.find("NAME"), 4, "local");
        EXPECT_EQ(refusal_of(name, row.default_value), "");
    }
}

TEST(OneSetting, an_allowance_is_a_number_or_unlimited) {
    Settings settings;
    EXPECT_EQ(settings.ai.monthly.free, 200);
    EXPECT_EQ(settings.ai.monthly.enterprise, std::nullopt);
    set_setting(settings, "ai.monthly.free", "unlimited");
    set_setting(settings, "ai.monthly.enterprise", "0");
    EXPECT_EQ(settings.ai.monthly.free, std::nullopt);
    EXPECT_EQ(settings.ai.monthly.enterprise, 0);
    for (const char* value : {"-1", "", "none", "2147483648"})
        EXPECT_EQ(refusal_of("ai.monthly.pro", value),
                  "setting ai.monthly.pro: must be a whole number from 0 to 2147483647, or unlimited");
}

TEST(OneSetting, one_that_does_not_exist_is_named) {
    for (const char* name : {"lisen", "limits.chats", "limits", "", "Listen", "provider.local.url"})
        EXPECT_EQ(refusal_of(name, "1"), std::string("setting ") + name + ": there is no such setting");
}

TEST(OneSetting, a_value_that_it_does_not_take_is_named_with_what_it_takes) {
    EXPECT_EQ(refusal_of("limits.chat", "-1"),
              "setting limits.chat: must be a whole number from 0 to 1000000");
    for (const char* value : {"", "1.5", " 1", "1 ", "+1", "0x1", "many", "99999999999999999999"})
        EXPECT_NE(refusal_of("threads", value), "") << value;
    EXPECT_EQ(refusal_of("access_log", "yes"), "setting access_log: must be true or false");
    EXPECT_EQ(refusal_of("log_format", "xml"), "setting log_format: must be one of text, json");
}

TEST(OneSetting, a_providers_name_has_the_form_of_an_id_and_is_none_of_the_servers_own) {
    EXPECT_EQ(refusal_of("provider.my_llm_2.models", "m"), "");
    for (const char* name :
         {"provider.Local.models", "provider..models", "provider.auto.models", "provider.extractive.models",
          "provider._a.models", "provider.a-b.models", "provider.local", "provider."})
        EXPECT_NE(refusal_of(name, "m"), "") << name;
}

TEST(Sources, a_later_one_wins_and_what_it_does_not_name_stays) {
    const auto settings = merge_settings({{{"limits.chat", "1"}, {"data", "a"}}, {{"limits.chat", "2"}}, {}});
    EXPECT_EQ(settings.limits.chat, 2);
    EXPECT_EQ(settings.data, "a");
    EXPECT_EQ(settings.limits.caller, Settings().limits.caller);
}

TEST(Sources, all_faults_are_told_at_once) {
    const auto text = refusal([] { merge_settings({{{"lisen", "x"}}, {{"threads", "x"}}}); });
    EXPECT_NE(text.find("lisen"), std::string::npos);
    EXPECT_NE(text.find("threads"), std::string::npos);
}

TEST(Sources, providers_are_tried_in_the_order_in_which_they_are_first_named) {
    const auto settings = merge_settings({{{"provider.b.models", "1"}, {"provider.a.models", "1"}},
                                          {{"provider.c.models", "1"}, {"provider.a.name", "A"}}});
    EXPECT_EQ(settings.provider_order, (std::vector<std::string>{"b", "a", "c"}));
    EXPECT_EQ(settings.providers.at("a").models, "1");
    EXPECT_EQ(settings.providers.at("a").name, "A");
}

TEST(File, tables_and_dotted_names_and_lists_are_read_in_the_files_order) {
    const SettingsFile file("listen = \"[::]:80\"\naccess_log = false\nlimits.chat = 5\n"
                            "[provider.zeta]\nmodels = [\"m1\", \"m2\"]\n[provider.alpha]\nmodels = \"m\"\n");
    const auto settings = merge_settings({read_settings_file(file.path)});
    EXPECT_EQ(settings.listen, "[::]:80");
    EXPECT_FALSE(settings.access_log);
    EXPECT_EQ(settings.limits.chat, 5);
    EXPECT_EQ(settings.providers.at("zeta").models, "m1,m2");
    EXPECT_EQ(settings.provider_order, (std::vector<std::string>{"zeta", "alpha"}));
}

TEST(File, a_fault_is_told_with_its_line_or_its_setting) {
    const SettingsFile broken("listen = \"a\"\nthreads = \n");
    EXPECT_NE(refusal([&] { read_settings_file(broken.path); }).find(broken.path + ", line 2"),
              std::string::npos);
    const SettingsFile real("threads = 1.5\n");
    EXPECT_NE(refusal([&] { read_settings_file(real.path); }).find("setting threads"), std::string::npos);
    EXPECT_NE(refusal([&] { read_settings_file("/nonexistent.toml"); }).find("/nonexistent.toml"),
              std::string::npos);
}

TEST(Environment, each_setting_has_a_variable) {
    for (const auto& row : setting_rows()) {
        const Variables variables({{setting_variable(row.name), row.default_value}});
        EXPECT_EQ(read_settings_environment(), (SettingValues{{row.name, row.default_value}}));
    }
}

TEST(Environment, each_setting_of_a_provider_has_a_variable) {
    for (const auto& row : provider_setting_rows()) {
        std::string name = row.name;
        name.replace(name.find("NAME"), 4, "local");
        const Variables variables({{setting_variable(name), "1"}});
        EXPECT_EQ(read_settings_environment(), (SettingValues{{name, "1"}})) << setting_variable(name);
    }
}

TEST(Environment, a_variable_of_ours_that_is_no_setting_is_named) {
    const Variables variables({{"XENTREE_LISEN", "x"}, {"XENTREE_CONFIG", "x"}});
    EXPECT_EQ(refusal([] { read_settings_environment(); }), "no such setting: XENTREE_LISEN (environment)");
}

TEST(Example, with_its_marks_taken_off_it_is_a_file_of_all_defaults) {
    std::string text;
    std::istringstream lines(example_settings_file());
    for (std::string line; std::getline(lines, line);) {
        const bool is_value = line.starts_with("#") && !line.starts_with("# ");
        const bool is_table = line.starts_with("# [");
        text += is_value ? line.substr(1) + "\n" : is_table ? line.substr(2) + "\n" : "";
    }
    text.replace(text.find("provider.NAME"), 13, "provider.local");
    const SettingsFile file(text);
    const auto values = read_settings_file(file.path);
    EXPECT_EQ(values.size(), setting_rows().size() + provider_setting_rows().size());
    EXPECT_EQ(merge_settings({values}).limits.login_account, Settings().limits.login_account);
}

TEST(Example, page_and_file_name_every_setting) {
    for (const auto& row : setting_rows()) {
        EXPECT_NE(settings_page().find("`" + row.name + "`"), std::string::npos) << row.name;
        EXPECT_NE(settings_page().find("`" + setting_flag(row.name) + "`"), std::string::npos) << row.name;
        EXPECT_NE(example_settings_file().find(row.meaning), std::string::npos) << row.name;
    }
}

TEST(Names, flag_and_variable_are_made_from_the_name) {
    EXPECT_EQ(setting_flag("limits.login_address"), "--limits.login-address");
    EXPECT_EQ(setting_variable("limits.login_address"), "XENTREE_LIMITS_LOGIN_ADDRESS");
}

} // namespace
} // namespace xentree
