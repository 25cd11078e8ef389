#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

#include "base/error.h"
#include "features/mail/letter.h"
#include "security/master_key.h"
#include "storage/database.h"

namespace xentree {

// Mail that waits in the database, sealed, until MailSender sends it: written in the transaction of the
// change that it tells of, so neither is there without the other. Any thread.
class MailQueue {
  public:
    static constexpr std::int64_t most_waiting = 10'000;

    struct Parts {
        const MasterKey& master_key;
        const Clock& clock;
        bool is_configured = false; // whether there is a mail server
    };
    explicit MailQueue(Parts parts);

    bool is_configured() const { return parts_.is_configured; }

    // Inside a write. Why the letter was not taken, nothing where it was: rate_limited where its address has
    // got five of its kind in the last hour, unavailable where too many mails wait (see waiting(), so the
    // bound is about most_waiting). Tell note_taken() after the commit.
    std::optional<ApiError> enqueue(Writer& db, const Letter& letter) const;
    // The letter; nothing where another master key sealed it or a newer program wrote it.
    std::optional<Letter> open(const Blob& sealed) const;
    // Forgets what went out more than an hour ago.
    void forget_old(Writer& db) const;

    // So many letters were taken and committed: counts them and lets the sender of this node look.
    void note_taken(std::int64_t letters);
    // Lets the sender of this node look.
    void wake();
    // For the sender: whether it was woken. Returns when it is, after `most`, or when it is to stop.
    bool wait(const std::stop_token& stop, Milliseconds most);
    void set_waiting(std::int64_t number) { waiting_ = number; }
    // Mails of all nodes after the sender's last batch, and what this node has put in since.
    std::int64_t waiting() const { return waiting_; }

  private:
    Digest mac_of(std::string_view address) const;

    Parts parts_;
    SecretKey address_key_;
    std::atomic<std::int64_t> waiting_{0};
    std::mutex mutex_;
    std::condition_variable_any woken_;
    bool is_woken_ = true; // what waited before the start
};

} // namespace xentree
