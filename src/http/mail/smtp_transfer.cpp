#include "http/mail/smtp_transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <stdexcept>

#include "base/text.h"
#include "http/mail/message.h"

namespace xentree {

SmtpTransfer::SmtpTransfer(const MailServer& server, const Mail& mail, const std::atomic<bool>& is_given_up) :
    host_(url_part(server.url, CURLUPART_HOST)), is_given_up_(is_given_up), easy_(make_curl_easy()) {
    configure(server);
    try {
        compose(server, mail);
    } catch (const std::invalid_argument& error) {
        throw MailError(true, error.what());
    }
}

SmtpTransfer::SmtpTransfer(const MailServer& server, const std::atomic<bool>& is_given_up) :
    host_(url_part(server.url, CURLUPART_HOST)), is_given_up_(is_given_up), easy_(make_curl_easy()) {
    configure(server);
    curl_easy_setopt(easy_.get(), CURLOPT_CUSTOMREQUEST, "NOOP");
    curl_easy_setopt(easy_.get(), CURLOPT_NOBODY, 1L);
}

void SmtpTransfer::configure(const MailServer& server) {
    const auto set = [easy = easy_.get()](CURLoption option, auto value) {
        curl_easy_setopt(easy, option, value);
    };
    set(CURLOPT_URL, server.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(server.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(server.total_timeout.count()));
    // QUIT is outside the total time.
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT,
        std::max(1L, static_cast<long>(std::chrono::ceil<Seconds>(server.total_timeout).count())));
    set(CURLOPT_USE_SSL, static_cast<long>(server.needs_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    if (!server.ca_file.empty())
        set(CURLOPT_CAINFO, server.ca_file.c_str());
    if (!server.user.empty()) {
        set(CURLOPT_USERNAME, server.user.c_str());
        set(CURLOPT_PASSWORD, server.password.c_str());
    }
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFODATA, this);
    set(
        CURLOPT_XFERINFOFUNCTION, +[](void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
            return static_cast<SmtpTransfer*>(self)->is_given_up_ ? 1 : 0;
        });
    // libcurl has one code for a sender and a recipient that are refused; the commands tell them apart.
    set(CURLOPT_VERBOSE, 1L);
    set(CURLOPT_DEBUGDATA, this);
    set(
        CURLOPT_DEBUGFUNCTION, +[](CURL*, curl_infotype kind, char* data, std::size_t size, void* self) {
            if (kind == CURLINFO_HEADER_OUT)
                static_cast<SmtpTransfer*>(self)->note_command({data, size});
            return 0;
        });
    set(
        CURLOPT_WRITEFUNCTION, +[](char*, std::size_t, std::size_t size, void*) { return size; });
}

void SmtpTransfer::compose(const MailServer& server, const Mail& mail) {
    const MailAddress from = parse_mail_address(server.from);
    for (const std::string& line : mail_headers(from, mail))
        append(headers_, line);
    append(recipients_, fmt::format("<{}>", recipient_address(mail.to)));
    if (!is_utf8(mail.text))
        throw std::invalid_argument("the text is no UTF-8");

    message_.reset(curl_mime_init(easy_.get()));
    curl_mimepart* const part = message_ ? curl_mime_addpart(message_.get()) : nullptr;
    const std::string text = with_network_line_ends(mail.text);
    if (!part || curl_mime_data(part, text.data(), text.size()) != CURLE_OK ||
        curl_mime_type(part, "text/plain; charset=utf-8") != CURLE_OK ||
        curl_mime_encoder(part, "quoted-printable") != CURLE_OK)
        throw std::bad_alloc();
    curl_easy_setopt(easy_.get(), CURLOPT_MAIL_FROM, fmt::format("<{}>", from.address).c_str());
    curl_easy_setopt(easy_.get(), CURLOPT_MAIL_RCPT, recipients_.get());
    curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers_.get());
    curl_easy_setopt(easy_.get(), CURLOPT_MIMEPOST, message_.get());
}

void SmtpTransfer::note_command(std::string_view line) {
    if (line.starts_with("RCPT"))
        is_for_recipient_ = true;
}

void SmtpTransfer::run() {
    const CURLcode result = curl_easy_perform(easy_.get());
    if (result != CURLE_OK)
        throw failure(result);
}

MailError SmtpTransfer::failure(CURLcode code) const {
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return {false, host_ + ": given up"};
    long reply = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &reply);
    const bool is_refused = reply >= 400 && (code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY);
    if (!is_refused)
        return {false, fmt::format("{}: {}", host_, curl_easy_strerror(code))};
    return {is_for_recipient_ && reply >= 500,
            fmt::format("{}: it refuses the {} ({})", host_, is_for_recipient_ ? "mail" : "sender", reply)};
}

} // namespace xentree
