#include "features/organizations/invitation_letter.h"

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <stdexcept>

namespace xentree {

namespace {

constexpr int longest_name = 60; // code points

constexpr auto text = "You are invited to an organization on Xentree.\n\n"
                      "Organization: {}\n"
                      "Invited by: {}\n"
                      "Role: {}\n\n"
                      "The names are as the inviting people wrote them; nobody has checked them.\n\n"
                      "Open this link to accept. You need an account with this e-mail address; the page "
                      "behind the link makes you one.\n\n{}\n\n"
                      "It is good until {} UTC, and once.\n\n"
                      "If you do not know what this is about, do nothing.\n";

bool is_plain(UChar32 character) {
    return u_isalnum(character) || (U_GET_GC_MASK(character) & U_GC_M_MASK) != 0 ||
           icu::UnicodeString(" '\u2019-&(),!+").indexOf(character) >= 0;
}

// One form of dots, slashes and letters in all their widths.
icu::UnicodeString normalized(std::string_view name) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* const nfkc = icu::Normalizer2::getNFKCInstance(error);
    const auto whole =
        icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size())));
    icu::UnicodeString result = nfkc ? nfkc->normalize(whole, error) : whole;
    if (U_FAILURE(error))
        throw std::runtime_error("ICU cannot normalize a name");
    return result;
}

bool ends_with_space(const icu::UnicodeString& name) {
    return name.isEmpty() || name.char32At(name.length() - 1) == ' ';
}

} // namespace

std::string harmless_name(std::string_view name) {
    const icu::UnicodeString source = normalized(name);
    icu::UnicodeString harmless;
    for (std::int32_t at = 0; at < source.length(); at = source.moveIndex32(at, 1)) {
        const UChar32 character = source.char32At(at);
        if (u_charType(character) == U_FORMAT_CHAR) // invisible
            continue;
        if (character == '.' && !ends_with_space(harmless))
            harmless.append(icu::UnicodeString(". "));
        else if (is_plain(character) && character != ' ')
            harmless.append(character);
        else if (!ends_with_space(harmless))
            harmless.append(icu::UnicodeString(" "));
    }
    harmless.trim();
    const bool is_long = harmless.countChar32() > longest_name;
    if (is_long) {
        harmless.truncate(harmless.moveIndex32(0, longest_name - 1));
        harmless.trim().append(static_cast<UChar32>(0x2026)); // an ellipsis
    }
    if (harmless.isEmpty())
        return "-";
    std::string result;
    harmless.toUTF8String(result);
    return result;
}

Letter to_letter(const InvitationLetter& invitation) {
    const std::string until = format_instant(invitation.good_until);
    const std::string minute = fmt::format("{} {}", until.substr(0, 10), until.substr(11, 5));
    return {MailKind::invitation, invitation.recipient, "You are invited to an organization",
            fmt::format(text, harmless_name(invitation.organization), harmless_name(invitation.inviter),
                        boost::describe::enum_to_string(invitation.role, ""), invitation.link, minute),
            invitation.good_until};
}

} // namespace xentree
