#include "http/mail/message.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.h"

namespace xentree {

namespace {

constexpr std::size_t plain_limit = 60;    // characters of a header that stay on its first line
constexpr std::size_t encoded_bytes = 45;  // 60 characters of base64, and =?UTF-8?B?...?= below 76
constexpr std::size_t address_limit = 254; // RFC 5321, section 4.5.3.1.3, without < and >
constexpr std::size_t text_limit = 1'000;

bool is_atext(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dots_and_atoms(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c == '.' || is_atext(c); });
}

bool is_dot_atom(std::string_view text) {
    const bool has_atoms = !text.empty() && text.front() != '.' && text.back() != '.' &&
                           text.find("..") == std::string_view::npos;
    return has_atoms && is_dots_and_atoms(text);
}

bool is_printable_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string base64(std::string_view bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();
    return text;
}

// RFC 2047, section 5: no word may split a character.
std::string encoded_words(std::string_view text) {
    std::string words;
    while (!text.empty()) {
        std::size_t size = std::min(text.size(), encoded_bytes);
        while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
            --size;
        words += fmt::format("{}=?UTF-8?B?{}?=", words.empty() ? "" : "\r\n ", base64(text.substr(0, size)));
        text.remove_prefix(size);
    }
    return words;
}

// Encoded too where it is long, since encoded words fold anywhere.
bool stays_plain(std::string_view text) {
    return text.size() <= plain_limit && is_printable_ascii(text) && trim(text) == text &&
           text.find("=?") == std::string_view::npos;
}

std::string unstructured(std::string_view text) {
    return stays_plain(text) ? std::string(text) : encoded_words(text);
}

std::string mailbox(const MailAddress& who) {
    if (who.name.empty())
        return who.address;
    if (!stays_plain(who.name))
        return fmt::format("{}\r\n <{}>", encoded_words(who.name), who.address);
    std::string quoted;
    for (const char c : who.name) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return fmt::format("\"{}\"\r\n <{}>", quoted, who.address);
}

void check_text(std::string_view text, const char* field) {
    if (text.size() > text_limit || !is_utf8(text) || has_control_character(text))
        throw std::invalid_argument(fmt::format("the {} has a control character or is too long", field));
}

} // namespace

bool is_mail_address(std::string_view text) {
    const auto at = text.find('@');
    return at != std::string_view::npos && text.size() <= address_limit && is_dot_atom(text.substr(0, at)) &&
           is_dot_atom(text.substr(at + 1));
}

std::string recipient_address(std::string_view text) {
    if (is_mail_address(text))
        return std::string(text);
    const auto at = text.find('@');
    const std::string_view local = text.substr(0, at);
    const bool is_known_form = at != std::string_view::npos && !local.empty() && is_dots_and_atoms(local) &&
                               is_dot_atom(text.substr(at + 1));
    std::string quoted = is_known_form ? fmt::format("\"{}\"{}", local, text.substr(at)) : "";
    if (quoted.empty() || quoted.size() > address_limit)
        throw std::invalid_argument("the recipient is no mail address");
    return quoted;
}

MailAddress parse_mail_address(std::string_view text) {
    text = trim(text);
    MailAddress who{"", std::string(text)};
    if (const auto open = text.rfind('<'); open != std::string_view::npos && text.ends_with('>')) {
        std::string_view name = trim(text.substr(0, open));
        if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"'))
            name = name.substr(1, name.size() - 2);
        who = {std::string(name), std::string(text.substr(open + 1, text.size() - open - 2))};
    }
    check_text(who.name, "name");
    if (!is_mail_address(who.address))
        throw std::invalid_argument("it is no mail address, as a@example.com or Name <a@example.com> is");
    return who;
}

std::vector<std::string> mail_headers(const MailAddress& from, const Mail& mail) {
    check_text(mail.subject, "subject");
    if (!is_dot_atom(mail.id))
        throw std::invalid_argument("the id cannot stand in a Message-ID");
    return {
        fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} +0000",
                    fmt::gmtime(std::chrono::floor<Seconds>(mail.sent_at).time_since_epoch().count())),
        "From: " + mailbox(from),
        "To: " + recipient_address(mail.to),
        "Subject: " + unstructured(mail.subject),
        fmt::format("Message-ID: <{}@{}>", mail.id, from.address.substr(from.address.find('@') + 1)),
        "Auto-Submitted: auto-generated", // RFC 3834: no out-of-office answers
    };
}

std::string with_network_line_ends(std::string_view text) {
    std::string result;
    result.reserve(text.size() + text.size() / 40 + 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
            result += '\r';
        result += text[i];
    }
    return result;
}

} // namespace xentree
