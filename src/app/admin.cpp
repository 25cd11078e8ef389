#include "app/admin.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sodium.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <stdexcept>

#include "app/application.h"
#include "app/audit_command.h"
#include "app/rotate_keys_command.h"
#include "base/text.h"

namespace xentree {

namespace {

std::string generate_password() {
    std::array<std::uint8_t, 18> random;
    randombytes_buf(random.data(), random.size());
    return encode_base64url(random);
}

// From the terminal without showing it, else the first line of standard input.
std::string read_password() {
    std::string password, again;
    termios before{};
    if (!::isatty(STDIN_FILENO) || ::tcgetattr(STDIN_FILENO, &before) != 0) {
        std::getline(std::cin, password);
        return password;
    }
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG); // an interrupt must not leave the terminal silent
    ::tcsetattr(STDIN_FILENO, TCSANOW, &silent);
    std::fputs("Password: ", stderr);
    std::getline(std::cin, password);
    std::fputs("\nAgain: ", stderr);
    std::getline(std::cin, again);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
    std::fputs("\n", stderr);
    if (password != again)
        throw std::runtime_error("The two are not the same; nothing was changed.");
    return password;
}

// By the bounds of the contract, so that the command line makes no account that the API would refuse.
template<class T>
T checked(const Application& application, std::string_view operation, boost::json::value body) {
    const auto& form = application.contract().find(operation)->body->forms.begin()->second;
    std::vector<std::string> sentences;
    for (const auto& fault : form.validator->check(body))
        sentences.push_back(
            fmt::format("{} {}", fault.field.substr(fault.field.empty() ? 0 : 1), fault.message));
    if (!sentences.empty())
        throw std::runtime_error(fmt::format("{}", fmt::join(sentences, "\n")));
    if constexpr (!std::is_void_v<T>)
        return from_json<T>(body);
}

struct Opened {
    explicit Opened(const Settings& settings) : application(settings, migrated(settings)) {}
    ~Opened() { application.close(); }
    Application application;

  private:
    static Foundation migrated(const Settings& settings) {
        Foundation foundation(settings);
        foundation.database->migrate();
        return foundation;
    }
};

struct NewUser {
    std::string username, email, full_name;
    bool generate = false;
};

void create_user(const Settings& settings, const NewUser& user) {
    Opened opened(settings);
    const std::string password = user.generate ? generate_password() : read_password();
    boost::json::object body{{"username", user.username}, {"email", user.email}, {"password", password}};
    if (!user.full_name.empty())
        body["full_name"] = user.full_name;
    const auto request = checked<RegisterRequest>(opened.application, "register_user", std::move(body));
    try {
        const UserProfile profile = opened.application.accounts().create_now(request);
        std::printf("created %s (%s)\n", profile.username.c_str(), profile.id.text().c_str());
    } catch (const ApiError& error) {
        throw std::runtime_error(
            error.code == ErrorCode::email_taken      ? "An account with this e-mail address exists."
            : error.code == ErrorCode::username_taken ? "This username belongs to another account."
                                                      : error.what());
    }
    if (user.generate)
        std::printf("password: %s\n", password.c_str());
}

std::map<std::string, Plan> plans_by_name() {
    std::map<std::string, Plan> plans;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Plan>>(
        [&](auto each) { plans[each.name] = each.value; });
    return plans;
}

void reset_password(const Settings& settings, const std::string& name, bool generate) {
    Opened opened(settings);
    const std::string password = generate ? generate_password() : read_password();
    checked<void>(opened.application, "reset_password",
                  boost::json::object{{"token", "-"}, {"new_password", password}});
    opened.application.accounts().reset_password_now(name, password);
    std::printf("The password of %s is changed, its sessions are ended.\n", name.c_str());
    if (generate)
        std::printf("password: %s\n", password.c_str());
}

} // namespace

void add_admin_commands(CLI::App& admin, std::function<Settings()> settings) {
    admin.require_subcommand(1);
    // Shared by the callbacks, which run while the command line is parsed.
    const auto user = std::make_shared<NewUser>();
    const auto name = std::make_shared<std::string>();

    CLI::App& creating =
        *admin.add_subcommand("create-user", "Make an account; the password is read from the terminal "
                                             "or standard input");
    creating.fallthrough();
    creating.add_option("username", user->username, "Its username")->required();
    creating.add_option("--email", user->email, "Its e-mail address")->required();
    creating.add_option("--full-name", user->full_name, "The name as its holder writes it");
    creating.add_flag("--generate", user->generate, "Make a password and print it");
    creating.callback([=] { create_user(settings(), *user); });

    const auto plan = std::make_shared<Plan>();
    CLI::App& planning =
        *admin.add_subcommand("set-plan", "Set the plan of an account, which quotas hang on");
    planning.fallthrough();
    planning.add_option("name", *name, "Username or e-mail address")->required();
    planning.add_option("plan", *plan, "free, pro or enterprise")
        ->required()
        ->transform(CLI::CheckedTransformer(plans_by_name(), CLI::ignore_case).description(""));
    planning.callback([=] {
        Opened opened(settings());
        opened.application.accounts().set_plan_now(*name, *plan);
        std::printf("%s is on the plan %s.\n", name->c_str(), boost::describe::enum_to_string(*plan, ""));
    });

    CLI::App& resetting =
        *admin.add_subcommand("reset-password", "Set an account's password and end its sessions");
    resetting.fallthrough();
    resetting.add_option("name", *name, "Username or e-mail address")->required();
    resetting.add_flag("--generate", user->generate, "Make a password and print it");
    resetting.callback([=] { reset_password(settings(), *name, user->generate); });

    const auto act = [&](const char* command, const char* meaning, auto change) {
        CLI::App& one = *admin.add_subcommand(command, meaning);
        one.fallthrough();
        one.add_option("name", *name, "Username or e-mail address")->required();
        one.callback([=] {
            Opened opened(settings());
            change(opened.application.accounts(), *name);
        });
    };
    act("promote", "Make an account a platform admin", [](Accounts& accounts, const std::string& user) {
        accounts.promote_now(user);
        std::printf("%s is a platform admin.\n", user.c_str());
    });
    act("deactivate-user", "Stop all credentials of an account; its data and memberships stay",
        [](Accounts& accounts, const std::string& user) {
            accounts.set_active_now(user, false);
            std::printf("%s is deactivated.\n", user.c_str());
        });
    act("activate-user", "Let a deactivated account log in again",
        [](Accounts& accounts, const std::string& user) {
            accounts.set_active_now(user, true);
            std::printf("%s is active.\n", user.c_str());
        });
    act("delete-user", "Delete an account for good, with everything that it alone owns",
        [](Accounts& accounts, const std::string& user) {
            accounts.remove_now(user);
            std::printf("%s is deleted.\n", user.c_str());
        });

    add_audit_command(admin, settings);

    CLI::App& rotating = *admin.add_subcommand(
        "rotate-signing-key",
        "Sign access tokens (of logins) with a new key; tokens of the old one stay good until they run out. "
        "For integration tokens see rotate-keys");
    rotating.fallthrough();
    rotating.callback([=] {
        Opened opened(settings());
        opened.application.access_token_keys().rotate();
        std::puts("Access tokens are signed with a new key, by running servers within a minute.");
    });
    add_rotate_keys_command(admin, settings);
}

} // namespace xentree
