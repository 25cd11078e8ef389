#include "http/mail.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "smtp_peer.h"

namespace xentree {
namespace {

using namespace std::chrono_literals;

class Mails : public testing::Test {
  protected:
    asio::io_context io;
    test::SmtpPeer peer{io};

    MailServer server() const {
        MailServer server;
        server.url = peer.url();
        server.from = "Xentree <noreply@example.org>";
        server.needs_tls = false;
        return server;
    }
    static Mail mail() {
        return {"7f1c", "mira@example.com", "Hello", "One line.\n", *parse_instant("2026-05-04T09:20:00Z")};
    }
    std::optional<MailError> send(const MailServer& server, const Mail& mail) {
        std::optional<MailError> failure;
        Mailer mailer(server);
        test::run(io, [&]() -> Task<void> {
            try {
                co_await mailer.send(mail);
            } catch (const MailError& error) {
                failure = error;
            }
        });
        return failure;
    }
    // Whether the failure is permanent, where there is one.
    std::optional<bool> refused_with(const std::string& command, const std::string& answer) {
        peer.answers[command] = answer;
        const auto failure = send(server(), mail());
        peer.answers.clear();
        return failure ? std::optional(failure->is_permanent) : std::nullopt;
    }
    bool was_told(const std::string& beginning) const {
        return std::ranges::any_of(
            peer.commands, [&](const std::string& command) { return command.starts_with(beginning); });
    }
    bool message_has(const std::string& text) const { return peer.message.find(text) != std::string::npos; }
};

TEST_F(Mails, a_mail_arrives_with_its_envelope_headers_and_text) {
    EXPECT_EQ(send(server(), mail()), std::nullopt);
    EXPECT_TRUE(was_told("MAIL FROM:<noreply@example.org>"));
    EXPECT_TRUE(was_told("RCPT TO:<mira@example.com>"));
    EXPECT_TRUE(was_told("QUIT"));
    for (const char* header :
         {"Date: Mon, 04 May 2026 09:20:00 +0000\r\n", "From: \"Xentree\"\r\n <noreply@example.org>\r\n",
          "To: mira@example.com\r\n", "Subject: Hello\r\n", "Message-ID: <7f1c@example.org>\r\n",
          "Auto-Submitted: auto-generated\r\n", "Mime-Version: 1.0\r\n",
          "Content-Type: text/plain; charset=utf-8\r\n"})
        EXPECT_TRUE(message_has(header)) << header << peer.message;
    EXPECT_TRUE(message_has("\r\n\r\nOne line.\r\n"));
}

TEST_F(Mails, an_address_whose_dots_stand_oddly_is_quoted_in_the_envelope_and_the_header) {
    Mail wanted = mail();
    wanted.to = "mira..b.@example.com";
    EXPECT_EQ(send(server(), wanted), std::nullopt);
    EXPECT_TRUE(was_told("RCPT TO:<\"mira..b.\"@example.com>"));
    EXPECT_TRUE(message_has("To: \"mira..b.\"@example.com\r\n"));
}

TEST_F(Mails, the_text_goes_in_short_lines_of_ascii_and_no_dot_ends_it) {
    Mail wanted = mail();
    wanted.text = "Dobar dan, Đurđa\n.\n..\r\n" + std::string(500, 'x') + "\nend";
    EXPECT_EQ(send(server(), wanted), std::nullopt);
    EXPECT_TRUE(message_has("=C4=90ur=C4=91a\r\n..\r\n...\r\n"));
    EXPECT_TRUE(message_has("\r\nend"));
    auto begin = peer.message.find("Dobar dan");
    ASSERT_NE(begin, std::string::npos);
    for (auto end = peer.message.find("\r\n", begin); end != std::string::npos;
         begin = end + 2, end = peer.message.find("\r\n", begin))
        EXPECT_LE(end - begin, 76u);
    EXPECT_EQ(std::ranges::count_if(peer.message, [](char c) { return static_cast<signed char>(c) < 0; }), 0);
}

TEST_F(Mails, a_refused_recipient_or_text_is_permanent_where_the_server_says_so) {
    EXPECT_EQ(refused_with("RCPT", "550 no such user"), true);
    EXPECT_EQ(refused_with("RCPT", "451 later"), false);
    EXPECT_EQ(refused_with(".", "554 spam"), true);
    EXPECT_EQ(refused_with(".", "452 full"), false);
}

TEST_F(Mails, what_is_no_fault_of_the_mail_is_not_permanent) {
    EXPECT_EQ(refused_with("greeting", "554 go away"), false);
    EXPECT_EQ(refused_with("MAIL", "550 not your address"), false);
}

TEST_F(Mails, a_server_that_refuses_the_login_is_not_permanent_and_the_password_is_not_told) {
    peer.answers["EHLO"] = "250-peer\r\n250 AUTH PLAIN";
    peer.answers["AUTH"] = "535 wrong";
    MailServer wanted = server();
    wanted.user = "somebody";
    wanted.password = "secret-word";
    const auto failure = send(wanted, mail());
    ASSERT_TRUE(failure);
    EXPECT_TRUE(was_told("AUTH PLAIN"));
    EXPECT_FALSE(was_told("MAIL"));
    EXPECT_FALSE(failure->is_permanent);
    EXPECT_EQ(std::string(failure->what()).find("secret-word"), std::string::npos);
}

TEST_F(Mails, without_tls_nothing_is_sent_to_a_server_that_must_have_it) {
    MailServer wanted = server();
    wanted.needs_tls = true;
    const auto failure = send(wanted, mail());
    ASSERT_TRUE(failure);
    EXPECT_FALSE(failure->is_permanent);
    EXPECT_FALSE(was_told("MAIL"));
}

TEST_F(Mails, a_silent_server_is_given_up_in_time) {
    MailServer wanted = server();
    wanted.total_timeout = 50ms;
    for (const char* command : {"EHLO", "RCPT", "."}) {
        peer.silent_after = command;
        const auto failure = send(wanted, mail());
        ASSERT_TRUE(failure) << command;
        EXPECT_FALSE(failure->is_permanent);
    }
}

TEST_F(Mails, a_failure_tells_neither_recipient_nor_text) {
    peer.answers["RCPT"] = "550 <mira@example.com> is not known";
    const auto failure = send(server(), mail());
    ASSERT_TRUE(failure);
    EXPECT_STREQ(failure->what(), "127.0.0.1: it refuses the mail (550)");
}

TEST_F(Mails, an_unreachable_server_is_not_permanent) {
    MailServer wanted = server();
    {
        asio::ip::tcp::acceptor closed(io, {asio::ip::address_v4::loopback(), 0});
        wanted.url = "smtp://127.0.0.1:" + std::to_string(closed.local_endpoint().port());
    }
    const auto failure = send(wanted, mail());
    ASSERT_TRUE(failure);
    EXPECT_FALSE(failure->is_permanent);
}

TEST_F(Mails, a_field_with_a_line_break_is_refused_for_good_and_not_sent) {
    const auto is_refused = [&](auto change) {
        Mail wanted = mail();
        change(wanted);
        const auto failure = send(server(), wanted);
        return failure && failure->is_permanent;
    };
    EXPECT_TRUE(is_refused([](Mail& mail) { mail.subject = "Hello\r\nBcc: eve@example.com"; }));
    EXPECT_TRUE(is_refused([](Mail& mail) { mail.subject = "Hello\n"; }));
    EXPECT_TRUE(is_refused([](Mail& mail) { mail.to = "mira@example.com\r\nRCPT TO:<eve@example.com>"; }));
    EXPECT_TRUE(is_refused([](Mail& mail) { mail.to = "mira@example.com>,<eve@example.com"; }));
    EXPECT_TRUE(is_refused([](Mail& mail) { mail.to = "mira"; }));
    EXPECT_TRUE(is_refused([](Mail& mail) { mail.id = "a>\r\nBcc: eve@example.com"; }));
    EXPECT_TRUE(is_refused([](Mail& mail) { mail.text = "\xff"; }));
    EXPECT_TRUE(peer.commands.empty());
}

TEST_F(Mails, the_end_gives_up_what_is_under_way) {
    peer.silent_after = "EHLO";
    Mailer mailer(server());
    std::optional<MailError> failure;
    asio::co_spawn(
        io,
        [&]() -> Task<void> {
            try {
                co_await mailer.send(mail());
            } catch (const MailError& error) {
                failure = error;
            }
            io.stop();
        },
        asio::detached);
    while (peer.commands.empty())
        io.run_one();
    mailer.finish();
    io.run();
    ASSERT_TRUE(failure);
    EXPECT_FALSE(failure->is_permanent);
}

TEST(MailServers, one_that_cannot_serve_is_refused) {
    const auto is_refused = [](auto change) {
        MailServer server;
        server.url = "smtp://mail.example.org:587";
        server.from = "noreply@example.org";
        change(server);
        try {
            check_mail_server(server);
            return false;
        } catch (const std::invalid_argument&) {
            return true;
        }
    };
    EXPECT_FALSE(is_refused([](MailServer&) {}));
    EXPECT_FALSE(is_refused([](MailServer& server) { server.url = "smtps://[::1]/host.example.org"; }));
    for (const char* url : {"", "mail.example.org", "http://mail.example.org", "smtp://",
                            "smtp://user:password@mail.example.org"})
        EXPECT_TRUE(is_refused([&](MailServer& server) { server.url = url; })) << url;
    for (const char* from :
         {"", "nobody", "A\r\nBcc: eve@example.com <a@example.org>", "a@example.org, b@example.org"})
        EXPECT_TRUE(is_refused([&](MailServer& server) { server.from = from; })) << from;
    const auto in_the_clear = [](MailServer& server) {
        server.needs_tls = false;
        server.user = "user";
    };
    EXPECT_TRUE(is_refused(in_the_clear));
    const auto is_refused_in_the_clear = [&](const char* url) {
        return is_refused([&](MailServer& server) {
            in_the_clear(server);
            server.url = url;
        });
    };
    for (const char* url :
         {"smtp://localhost:25", "smtp://127.0.0.1:25", "smtp://127.1.2.3", "smtp://[::1]:25"})
        EXPECT_FALSE(is_refused_in_the_clear(url)) << url;
    for (const char* url : {"smtp://127.mail.example.com", "smtp://127.0.0.1.example.com", "smtp://10.0.0.1",
                            "smtp://[::2]", "smtp://localhost.example.com"})
        EXPECT_TRUE(is_refused_in_the_clear(url)) << url;
}

} // namespace
} // namespace xentree
