#pragma once
#include <string>
#include <string_view>

#include "base/time.h"
#include "features/mail/letter.h"
#include "features/organizations/roles.h"

namespace xentree {

struct InvitationLetter {
    std::string recipient; // an e-mail address
    std::string organization;
    std::string inviter;
    OrganizationRole role = OrganizationRole::member;
    std::string link;
    Instant good_until;
};
// The mail to who is invited. Its names were chosen by people whom the reader may not know, so they are in
// no header, and in the text as harmless_name() has them.
Letter to_letter(const InvitationLetter& invitation);

// A name that no reader's program takes for a link, an address or a line of its own: letters, digits, spaces
// and plain punctuation, a dot only before a space, at most 60 code points. Takes well-formed UTF-8.
std::string harmless_name(std::string_view name);

} // namespace xentree
