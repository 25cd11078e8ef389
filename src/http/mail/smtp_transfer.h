#pragma once
#include <atomic>
#include <string>
#include <string_view>

#include "http/mail.h"
#include "http/outbound/curl_handle.h"

namespace xentree {

// One mail over one connection. Blocks; on one thread.
class SmtpTransfer {
  public:
    // Throws MailError where the mail cannot be composed. The references must outlive it.
    SmtpTransfer(const MailServer& server, const Mail& mail, const std::atomic<bool>& is_given_up);
    // One without a mail: it only asks whether the server is there.
    SmtpTransfer(const MailServer& server, const std::atomic<bool>& is_given_up);
    // Throws MailError. Ends soon after is_given_up turns true.
    void run();

  private:
    void configure(const MailServer& server);
    void compose(const MailServer& server, const Mail& mail);
    void note_command(std::string_view line);
    MailError failure(CURLcode code) const;

    const std::string host_;
    const std::atomic<bool>& is_given_up_;
    // libcurl uses the lists and the message until the handle is gone, so they stand before it.
    CurlList headers_;
    CurlList recipients_;
    CurlEasy easy_;
    CurlMime message_;
    bool is_for_recipient_ = false; // what the server refuses from now on, it refuses this mail
};

} // namespace xentree
