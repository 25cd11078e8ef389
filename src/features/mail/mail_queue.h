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
    static constexpr std::size_t most_an_hour = 5; // of a kind to one address
    static constexpr std::int64_t most_waiting = 10'000;

    struct Parts {
        const MasterKey& master_key;
        const Clock& clock;
        bool is_configured = false; // whether there is a mail server
    };
    explicit MailQueue(Parts parts);

    bool is_configured() const { return parts_.is_configured; }

    // Inside a write. Why the letter was not taken, nothing where it was: rate_limited where its address has
    // got as many of its kind as it can in an hour, unavailable where too many mails wait (counted at the
    // sender's last look, so the bound is about most_waiting). Call wake() after the commit.
    std::optional<ApiError> enqueue(Writer& db, const Letter& letter) const;
    // The letter, where the master key opens it.
    std::optional<Letter> open(const Blob& sealed) const;
    // Forgets what went out more than an hour ago.
    void forget_old(Writer& db) const;

    // Lets the sender of this node look; a mail more may wait.
    void wake();
    // For the sender: whether it was woken. Returns when it is, after `most`, or when it is to stop.
    bool wait(const std::stop_token& stop, Milliseconds most);
    void set_waiting(std::int64_t number) { waiting_ = number; }
    // At the last look, and what this node has put in since.
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
