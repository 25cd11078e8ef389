#pragma once
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>

#include "features/mail/mail_queue.h"
#include "features/mail/store.h"
#include "http/mail.h"

namespace xentree {

struct MailCounts {
    std::atomic<std::int64_t> sent{0};
    std::atomic<std::int64_t> failed{0};   // tries that are repeated later
    std::atomic<std::int64_t> given_up{0}; // mails that nobody gets
};

// Sends what waits in the queue, in order, and again after a failure with growing waits, the last of them
// shorter so that a try is made shortly before the mail is of no use any more; a refusal for good ends it at
// once. Of several nodes one takes a mail: it has a lease on it. What became of a mail is written down before
// another is taken, and tried again where the database does not take it; a node that dies meanwhile, or has
// no database for as long as the lease, leaves the mail to be sent once more, under the same id. Used by one
// thread, which it blocks.
class MailSender {
  public:
    struct Parts {
        Database& database;
        MailQueue& queue;
        const Clock& clock;
        std::function<Task<void>(Mail)> send; // Mailer::send
        std::function<void()> stop_sending;   // Mailer::finish
        // Puts some of the mails in the queue that others want; answers whether more want some. May throw.
        std::function<bool()> prepare;
        Seconds grace{5}; // for what is on its way when it is to stop
    };
    explicit MailSender(Parts parts) : parts_(std::move(parts)) {}

    // Works until it is told to stop, and a few seconds more where a mail is on its way.
    void run(const std::stop_token& stop);
    // Sends the first mails that are due; answers whether there may be more.
    bool send_some(const std::stop_token& stop);

    const MailCounts& counts() const { return counts_; }

  private:
    struct Delivery {
        mail_store::WaitingMail mail;
        std::optional<Letter> letter; // nothing where it cannot be opened
        bool is_tried = false;
        bool is_broken_off = false; // by stop_sending
        std::exception_ptr failure;
    };
    struct Verdict {
        mail_store::WaitingMail mail;
        std::optional<Instant> next_try; // nothing: it goes out of the queue
    };

    std::vector<Delivery> take();
    void deliver(std::vector<Delivery>& deliveries, const std::stop_token& stop);
    Verdict judge(const Delivery& delivery);
    Verdict judge_failure(const Delivery& delivery, const std::string& why);
    Verdict give_up(const Delivery& delivery, std::string_view why);
    void settle();
    Instant next_look();

    Parts parts_;
    MailCounts counts_;
    std::vector<Verdict> verdicts_; // that are not written down yet
    asio::io_context context_{1};
};

} // namespace xentree
