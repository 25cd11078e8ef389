#include "features/identity/account_mail.h"

#include <fmt/format.h>

#include "features/identity/mailed_tokens.h"
#include "security/digest.h"
#include "security/secret_token.h"

// None of them tells a name or another address: whoever registers with somebody else's address chooses them.
namespace xentree {

namespace {

constexpr std::chrono::hours notice_life{24};

constexpr auto verification_text = "Open this link to confirm that this is your e-mail address:\n\n{}\n\n"
                                   "It is good for 24 hours, and once.\n\n"
                                   "If you did not give this address to Xentree, do nothing.\n";

constexpr auto reset_text = "Open this link to choose a new password for your Xentree account:\n\n{}\n\n"
                            "It is good for one hour, and once.\n\n"
                            "If you did not ask for it, do nothing: your password stays as it is.\n";

constexpr auto change_text =
    "Somebody who knows the password of your Xentree account has asked for another e-mail address. The "
    "account moves to it when the link that was sent there is opened.\n\n"
    "If that was you, there is nothing to do.\n\n"
    "If it was not: set a new password at once, which ends the change.\n";

} // namespace

AccountMail::AccountMail(Parts parts) : parts_(std::move(parts)) {
    while (parts_.link_base.ends_with('/'))
        parts_.link_base.pop_back();
}

std::optional<ApiError> AccountMail::verify(Writer& db, const UserProfile& profile) const {
    const std::string token = make_secret_token();
    const Letter letter{MailKind::email_verification, profile.pending_email.value_or(profile.email),
                        "Confirm your e-mail address",
                        fmt::format(verification_text, link("verify-email", token)),
                        parts_.clock.now() + verification_life};
    return send(db, profile.id, letter, token);
}

std::optional<ApiError> AccountMail::reset_password(Writer& db, const UserProfile& profile) const {
    const std::string token = make_secret_token();
    const Letter letter{MailKind::password_reset, profile.email, "Choose a new password",
                        fmt::format(reset_text, link("reset-password", token)),
                        parts_.clock.now() + reset_life};
    return send(db, profile.id, letter, token);
}

std::optional<ApiError> AccountMail::tell_of_change(Writer& db, const UserProfile& profile) const {
    return parts_.queue.enqueue(db, {MailKind::email_change, profile.email,
                                     "Your e-mail address is to be changed", change_text,
                                     parts_.clock.now() + notice_life});
}

std::string AccountMail::link(std::string_view page, std::string_view token) const {
    return fmt::format("{}/{}?token={}", parts_.link_base, page, token);
}

std::optional<ApiError> AccountMail::send(Writer& db, UserId user, const Letter& letter,
                                          std::string_view token) const {
    if (auto refusal = parts_.queue.enqueue(db, letter))
        return refusal;
    mailed_tokens::insert(db, {sha256(token), user, letter.kind, letter.recipient, letter.good_until});
    return std::nullopt;
}

} // namespace xentree
