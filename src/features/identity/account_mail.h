#pragma once
#include <optional>
#include <string>

#include "features/identity/types.h"
#include "features/mail/mail_queue.h"

namespace xentree {

// The mails about an account, with their links. Any thread. The functions are for the inside of a write; each
// answers why its mail was not taken, like MailQueue::enqueue. Tell note_taken() after the commit.
class AccountMail {
  public:
    static constexpr std::chrono::hours reset_life{1};
    static constexpr std::chrono::hours verification_life{24};

    struct Parts {
        MailQueue& queue;
        const Clock& clock;
        std::string link_base; // before /reset-password and /verify-email
    };
    explicit AccountMail(Parts parts);

    bool is_configured() const { return parts_.queue.is_configured(); }
    // A link to the pending address, else to the account's.
    std::optional<ApiError> verify(Writer& db, const UserProfile& profile) const;
    std::optional<ApiError> reset_password(Writer& db, const UserProfile& profile) const;
    // To the address of the account, that another is pending.
    std::optional<ApiError> tell_of_change(Writer& db, const UserProfile& profile) const;
    void note_taken(std::int64_t letters) { parts_.queue.note_taken(letters); }
    void wake() { parts_.queue.wake(); }

  private:
    std::string link(std::string_view page, std::string_view token) const;
    std::optional<ApiError> send(Writer& db, UserId user, const Letter& letter, std::string_view token) const;
    Parts parts_;
};

} // namespace xentree
