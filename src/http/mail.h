#pragma once
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

#include "base/task.h"
#include "base/time.h"
#include "base/worker_pool.h"

namespace xentree {

// The server that takes our mail (RFC 6409).
struct MailServer {
    // smtp://HOST[:PORT] turns to TLS with STARTTLS and demands it; smtps://HOST[:PORT] is TLS from the first
    // byte. A path (smtps://HOST/mail.example.com) is the name that the server is greeted with; without one
    // it is the machine's. Certificates are verified.
    std::string url;
    std::string user; // empty: no login
    std::string password;
    std::string from;                                  // a@example.com, or Name <a@example.com>
    bool needs_tls = true;                             // false: smtp:// stays in the clear
    std::string ca_file;                               // PEM; empty: the system's authorities
    std::chrono::milliseconds connect_timeout{10'000}; // with name lookup and TLS
    std::chrono::milliseconds total_timeout{60'000};   // for one mail
};

// Throws std::invalid_argument with what is wrong: a URL or an address that cannot be used, or a login in the
// clear to another machine.
void check_mail_server(const MailServer& server);

// Plain text in UTF-8; lines end in \n or \r\n.
struct Mail {
    std::string
        id; // letters, digits, - and .; the same in each try, so that a mail that comes twice is known
    std::string to; // a@example.com, alone; what the contract's format email takes
    std::string subject;
    std::string text;
    Instant sent_at;
};

// Why a mail was not taken. what() is for the log: it has the server and the cause, never the recipient, the
// text or a secret.
class MailError : public std::runtime_error {
  public:
    MailError(bool is_permanent, const std::string& what) :
        std::runtime_error(what), is_permanent(is_permanent) {}
    bool is_permanent; // another try would end the same: a malformed mail, or 5xx for recipient or text
};

// Connects, with TLS and login as for a mail, and sends none. Throws MailError. Blocks.
void probe_mail_server(const MailServer& server);

// Sends mail, each over a connection of its own, on two threads: libcurl's SMTP waits for the answer to the
// text and to QUIT without giving way, which an I/O thread must not
// (docs/decisions/009-mail-has-threads-of-its-own.md). It ends in two steps like WorkerPool: finish() before
// the event loops of its callers are gone, the destructor after them.
class Mailer {
  public:
    explicit Mailer(MailServer server); // throws like check_mail_server

    // Returns when the server has taken the mail. Throws MailError; a mail after a hundred that wait is
    // refused with one that is not permanent. Cancelling does not stop it. Any thread.
    Task<void> send(Mail mail);

    // Gives up what is under way, within about a second, and takes no more.
    void finish();

  private:
    const MailServer server_;
    std::atomic<bool> is_finished_ = false;
    WorkerPool threads_;
};

} // namespace xentree
