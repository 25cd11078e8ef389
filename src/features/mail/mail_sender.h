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

// Sends what waits in the queue, in order, and again after a failure with growing waits, until the mail is of
// no use any more; a refusal for good ends it at once. Of several nodes one takes a mail: it has a lease on
// it. A node that dies between the mail server's "yes" and its own note of it leaves the mail to be sent once
// more, under the same id. Used by one thread, which it blocks.
class MailSender {
  public:
    struct Parts {
        Database& database;
        MailQueue& queue;
        const Clock& clock;
        std::function<Task<void>(Mail)> send; // Mailer::send
        std::function<void()> stop_sending;   // Mailer::finish
        std::function<void()> prepare;        // puts mails in the queue that others want; may throw
        Seconds grace{5};                     // for what is on its way when it is to stop
    };
    explicit MailSender(Parts parts) : parts_(std::move(parts)) {}

    // Works until it is told to stop, and a few seconds more where a mail is on its way.
    void run(const std::stop_token& stop);
    // Sends the first mails that are due; answers whether there were any.
    bool send_some(const std::stop_token& stop);

    const MailCounts& counts() const { return counts_; }

  private:
    struct Delivery {
        mail_store::WaitingMail mail;
        std::optional<Letter> letter; // nothing where it cannot be opened
        bool is_tried = false;
        std::exception_ptr failure;
    };
    struct Verdict {
        mail_store::WaitingMail mail;
        std::optional<Instant> next_try; // nothing: it goes out of the queue
    };

    std::vector<Delivery> take();
    void deliver(std::vector<Delivery>& deliveries, const std::stop_token& stop);
    Verdict judge(const Delivery& delivery);
    Instant next_look();

    Parts parts_;
    MailCounts counts_;
    asio::io_context context_{1};
};

} // namespace xentree
