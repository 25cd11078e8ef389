#pragma once
#include <boost/describe.hpp>

#include <string>

#include "base/time.h"

namespace xentree {

BOOST_DEFINE_ENUM_CLASS(MailKind, password_reset, email_verification, email_change, invitation)

// A mail of plain text to one person. It may hold a mailed token, so it is never logged.
struct Letter {
    MailKind kind = MailKind::password_reset;
    std::string recipient; // an e-mail address
    std::string subject;
    std::string text;
    Instant good_until; // it is not sent any more then
};
BOOST_DESCRIBE_STRUCT(Letter, (), (kind, recipient, subject, text, good_until))

} // namespace xentree
