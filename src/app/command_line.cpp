#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <set>

#include "app/admin.h"
#include "app/doctor.h"
#include "app/pages.h"
#include "app/scratch_application.h"
#include "app/serve.h"
#include "app/settings_sources.h"
#include "app/version.h"

namespace xentree {

namespace {

// The flags of all settings on one command, and the settings that come of them, the environment and the file.
class SettingFlags {
  public:
    explicit SettingFlags(CLI::App& command) {
        command.add_option("--config", file_, "File with settings (TOML)")->envname("XENTREE_CONFIG");
        for (const auto& row : setting_rows()) {
            std::string meaning = row.meaning;
            if (!row.default_value.empty())
                meaning += fmt::format(" [{}]", row.default_value);
            command
                .add_option_function<std::string>(
                    setting_flag(row.name),
                    [this, name = row.name](const std::string& value) { given_.emplace_back(name, value); },
                    meaning)
                ->type_name("");
        }
        command
            .add_option_function<std::vector<std::string>>(
                "--set", [this](const std::vector<std::string>& pairs) { add_pairs(pairs); },
                "NAME=VALUE of any setting; the way to those of AI providers: --set "
                "provider.local.base_url=http://...")
            ->type_name("");
        command.footer(
            "Every setting is also an environment variable (--limits.chat is XENTREE_LIMITS_CHAT) and a\n"
            "line of the file. `xentree settings` prints an example file with all of them.");
    }

    Settings settings() const {
        std::set<std::string> names;
        for (const auto& [name, value] : given_) {
            if (!names.insert(name).second)
                throw std::runtime_error(fmt::format("setting {}: is given twice", name));
        }
        std::vector<SettingValues> sources;
        if (!file_.empty())
            sources.push_back(read_settings_file(file_));
        sources.push_back(read_settings_environment());
        sources.push_back(given_);
        return merge_settings(sources);
    }

  private:
    void add_pairs(const std::vector<std::string>& pairs) {
        for (const auto& pair : pairs) {
            const auto equals = pair.find('=');
            if (equals == std::string::npos)
                throw CLI::ValidationError("--set", fmt::format("'{}' is not NAME=VALUE", pair));
            given_.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
        }
    }

    std::string file_;
    SettingValues given_;
};

void migrate(const Settings& settings) {
    const Foundation foundation(settings);
    const auto applied = foundation.database->migrate();
    for (const auto& name : applied)
        std::printf("applied %s\n", name.c_str());
    if (applied.empty())
        std::puts("The database is up to date.");
}

// Needs no database of the operator's.
void print_openapi(bool missing) {
    const ScratchApplication scratch;
    Api& api = scratch.application().api();
    if (!missing) {
        std::cout << openapi_text(api) << "\n";
        return;
    }
    for (const auto& operation : api.contract().operations()) {
        if (!api.handler(operation.id))
            std::cout << fmt::format("{:6} {}  {}\n", operation.method, operation.path, operation.id);
    }
}

} // namespace

int run_command_line(int argument_count, char** arguments) {
    CLI::App program(
        fmt::format("xentree {}: an AI learning platform, used through its API", program_version));
    program.set_version_flag("--version", fmt::format("xentree {} ({})", program_version, program_commit));
    program.require_subcommand(1);
    int exit_code = 0;
    if (sodium_init() < 0) {
        std::fputs("xentree: libsodium cannot start\n", stderr);
        return 1;
    }

    CLI::App& serving =
        *program.add_subcommand("serve", "Serve the API: migrates the database, then listens");
    SettingFlags serve_flags(serving);
    serving.callback([&] { exit_code = serve(serve_flags.settings()); });

    CLI::App& migrating =
        *program.add_subcommand("migrate", "Bring the database up to this version, and end");
    SettingFlags migrate_flags(migrating);
    migrating.callback([&] { migrate(migrate_flags.settings()); });

    CLI::App& openapi =
        *program.add_subcommand("openapi", "Print the OpenAPI document of what is implemented");
    bool missing = false;
    openapi.add_flag("--missing", missing,
                     "List the operations of the contract that are not implemented instead");
    openapi.callback([&] { print_openapi(missing); });

    CLI::App& admin = *program.add_subcommand("admin", "Manage accounts; works beside a running server");
    SettingFlags admin_flags(admin);
    add_admin_commands(admin, [&] { return admin_flags.settings(); });

    CLI::App& examining =
        *program.add_subcommand("doctor", "Check settings, database, providers, disk and clock");
    SettingFlags doctor_flags(examining);
    examining.callback([&] { exit_code = run_doctor(doctor_flags.settings()); });

    CLI::App& showing =
        *program.add_subcommand("settings", "Print an example configuration file with all settings");
    bool markdown = false;
    showing.add_flag("--markdown", markdown, "As the page of the docs");
    showing.callback([&] { std::cout << (markdown ? settings_page() : example_settings_file()); });

    try {
        program.parse(argument_count, arguments);
    } catch (const CLI::ParseError& error) {
        return program.exit(error);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "xentree: %s\n", error.what());
        return 1;
    }
    return exit_code;
}

} // namespace xentree
