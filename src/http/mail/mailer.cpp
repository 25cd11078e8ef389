#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>

#include "http/mail.h"
#include "http/mail/message.h"
#include "http/mail/smtp_transfer.h"
#include "http/outbound/curl_handle.h"

namespace xentree {

namespace {

constexpr std::size_t mail_threads = 2;
constexpr std::size_t waiting_limit = 100;

MailServer checked(MailServer server) {
    check_mail_server(server);
    return server;
}

bool is_this_machine(std::string_view host) {
    if (host == "localhost")
        return true;
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    boost::system::error_code fault;
    const auto address = asio::ip::make_address(host, fault);
    return !fault && address.is_loopback();
}

} // namespace

void check_mail_server(const MailServer& server) {
    const std::string scheme = url_part(server.url, CURLUPART_SCHEME);
    const std::string host = url_part(server.url, CURLUPART_HOST);
    if ((scheme != "smtp" && scheme != "smtps") || host.empty())
        throw std::invalid_argument(
            "the mail server's URL must be smtp://HOST[:PORT] or smtps://HOST[:PORT]");
    if (!url_part(server.url, CURLUPART_USER).empty() || !url_part(server.url, CURLUPART_PASSWORD).empty())
        throw std::invalid_argument("user and password do not belong into the mail server's URL");
    if (scheme == "smtp" && !server.needs_tls && !server.user.empty() && !is_this_machine(host))
        throw std::invalid_argument("a password is not sent to another machine without TLS");
    parse_mail_address(server.from);
}

void probe_mail_server(const MailServer& server) {
    const std::atomic<bool> is_given_up = false;
    SmtpTransfer(server, is_given_up).run();
}

Mailer::Mailer(MailServer server) :
    server_(checked(std::move(server))), threads_(mail_threads, waiting_limit) {}

Task<void> Mailer::send(Mail mail) {
    if (is_finished_)
        throw MailError(false, "the server is ending");
    const auto transfer = [this, &mail] { SmtpTransfer(server_, mail, is_finished_).run(); };
    try {
        co_await threads_.run(transfer);
    } catch (const ApiError&) {
        throw MailError(false, "too many mails wait");
    }
}

void Mailer::finish() {
    is_finished_ = true;
    threads_.finish();
}

} // namespace xentree
