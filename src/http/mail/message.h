#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "http/mail.h"

namespace xentree {

struct MailAddress {
    std::string name; // UTF-8; may be empty
    std::string address;
};

// Reads `a@example.com` or `Name <a@example.com>`; quotes around the name are taken off. An address is
// dot-atom@dot-atom of ASCII (RFC 5322, section 3.4.1). Throws std::invalid_argument.
MailAddress parse_mail_address(std::string_view text);

// Whether it is an address alone.
bool is_mail_address(std::string_view text);

// A recipient as mail servers are told it. An account's address is what HTML's e-mail input takes, where dots
// may stand anywhere before the @; a local part that is no dot-atom so becomes a quoted string:
// "a..b"@example.com (RFC 5321, section 4.1.2). Throws std::invalid_argument.
std::string recipient_address(std::string_view text);

// The headers of a mail (RFC 5322), folded, without line break at the end; libcurl adds those of MIME. What
// is not ASCII is in encoded words (RFC 2047). Throws std::invalid_argument where a field has a control
// character, is no UTF-8 or no address.
std::vector<std::string> mail_headers(const MailAddress& from, const Mail& mail);

// With every line end as CRLF.
std::string with_network_line_ends(std::string_view text);

} // namespace xentree
