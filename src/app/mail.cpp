#include "app/mail.h"

#include <fmt/format.h>

#include <regex>
#include <stdexcept>

namespace xentree {

namespace {

void require(bool holds, const char* name, const char* what) {
    if (!holds)
        throw std::runtime_error(fmt::format("setting {}: {}", name, what));
}

bool is_web_address(const std::string& text) {
    static const std::regex form("https?://[^/?#\\s@]+(/[^?#\\s]*)?");
    return std::regex_match(text, form);
}

} // namespace

MailServer mail_server(const Settings& settings) {
    MailServer server;
    server.url = settings.mail.url;
    server.user = settings.mail.user;
    server.password = settings.mail.password;
    server.from = settings.mail.from;
    server.needs_tls = settings.mail.needs_tls;
    server.ca_file = settings.mail.ca_file;
    return server;
}

void check_mail_settings(const Settings& settings) {
    const auto& mail = settings.mail;
    require(mail.link_base.empty() || is_web_address(mail.link_base), "mail.link_base",
            "must be an address as https://app.example.com is, without a query");
    if (mail.url.empty()) {
        const bool is_begun =
            !(mail.user.empty() && mail.password.empty() && mail.from.empty() && mail.ca_file.empty());
        require(!is_begun, "mail.url", "is missing, and other settings of mail are there");
        return;
    }
    require(!mail.from.empty(), "mail.from", "is missing; mail.url needs it");
    require(!mail.link_base.empty(), "mail.link_base", "is missing; mail.url needs it");
    require(mail.user.empty() == mail.password.empty(), "mail.user", "and mail.password come together");
    try {
        check_mail_server(mail_server(settings));
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("settings mail: {}", error.what()));
    }
}

} // namespace xentree
