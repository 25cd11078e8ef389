#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/ssl.hpp>
#include <boost/asio/ssl/impl/src.hpp>

#include <cstdio>

#include "http/mail.h"
#include "peer.h"

namespace xentree {
namespace {

using test::Socket;
using TlsSocket = asio::ssl::stream<Socket>;

// A key and a certificate for 127.0.0.1, signed by itself, as PEM.
struct Identity {
    std::string key;
    std::string certificate;
};

template<class Write>
std::string as_pem(Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    EXPECT_EQ(write(out.get()), 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

Identity make_identity() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), &X509_free);
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    X509_NAME* const name = X509_get_subject_name(made.get());
    const std::string common_name = "peer";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.data()), -1, -1, 0);
    X509_set_issuer_name(made.get(), name);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> names(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"), &X509_EXTENSION_free);
    X509_add_ext(made.get(), names.get(), -1);
    EXPECT_GT(X509_sign(made.get(), key.get(), EVP_sha256()), 0);
    return {as_pem([&](BIO* out) {
                return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            }),
            as_pem([&](BIO* out) { return PEM_write_bio_X509(out, made.get()); })};
}

template<class Stream>
Task<void> tell(Stream& stream, std::string line) {
    line += "\r\n";
    co_await asio::async_write(stream, asio::buffer(line), asio::use_awaitable);
}

template<class Stream>
Task<std::string> read_until(Stream& stream, std::string& buffer, std::string end) {
    const auto size =
        co_await asio::async_read_until(stream, asio::dynamic_buffer(buffer), end, asio::use_awaitable);
    std::string text = buffer.substr(0, size);
    buffer.erase(0, size);
    co_return text;
}

class TlsMails : public testing::Test {
  protected:
    TlsMails() : file_(testing::TempDir() + "xentree_mail_tls_" + std::to_string(::getpid()) + ".pem") {
        const Identity identity = make_identity();
        tls_.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
        tls_.use_certificate_chain(asio::buffer(identity.certificate));
        std::FILE* const file = std::fopen(file_.c_str(), "w");
        std::fputs(identity.certificate.c_str(), file);
        std::fclose(file);
    }
    ~TlsMails() override { std::remove(file_.c_str()); }

    // Sends a mail to a server of ours that begins in the clear where the scheme is smtp.
    std::optional<MailError> send(const std::string& scheme, const std::string& ca_file) {
        std::optional<MailError> failure;
        asio::co_spawn(io_, serve(scheme == "smtps"), asio::detached);
        MailServer server;
        server.url = scheme + "://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
        server.from = "noreply@example.org";
        server.user = "user";
        server.password = "password";
        server.ca_file = ca_file;
        Mailer mailer(server);
        test::run(io_, [&]() -> Task<void> {
            Mail mail{"1", "mira@example.com", "Hello", "Text", Instant()};
            try {
                co_await mailer.send(mail);
            } catch (const MailError& error) {
                failure = error;
            }
        });
        return failure;
    }

    std::string file_;
    std::string in_the_clear_;
    std::string under_tls_;

  private:
    Task<void> serve(bool is_tls_at_once) {
        TlsSocket socket(io_, tls_);
        socket.next_layer() = co_await acceptor_.async_accept(asio::use_awaitable);
        try {
            if (!is_tls_at_once)
                co_await begin_tls(socket.next_layer());
            co_await socket.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
            if (is_tls_at_once)
                co_await tell(socket, "220 peer ready");
            co_await take_mail(socket);
        } catch (const boost::system::system_error&) { // the client has gone
        }
    }
    Task<void> begin_tls(Socket& socket) {
        std::string buffer;
        co_await tell(socket, "220 peer ready");
        in_the_clear_ += co_await read_until(socket, buffer, "\r\n");
        co_await tell(socket, "250-peer\r\n250 STARTTLS");
        in_the_clear_ += co_await read_until(socket, buffer, "\r\n");
        co_await tell(socket, "220 go on");
    }
    Task<void> take_mail(TlsSocket& socket) {
        std::string buffer;
        for (;;) {
            const std::string line = co_await read_until(socket, buffer, "\r\n");
            under_tls_ += line;
            if (line.starts_with("DATA")) {
                co_await tell(socket, "354 go on");
                under_tls_ += co_await read_until(socket, buffer, "\r\n.\r\n");
            }
            if (line.starts_with("EHLO"))
                co_await tell(socket, "250-peer\r\n250 AUTH PLAIN");
            else if (line.starts_with("AUTH"))
                co_await tell(socket, "334 ");
            else if (under_tls_.ends_with("AUTH PLAIN\r\n" + line))
                co_await tell(socket, "235 welcome");
            else
                co_await tell(socket, "250 ok");
        }
    }

    asio::io_context io_;
    // Without it a thread of the mailer that lets go of the last work between two runs stops the second.
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    asio::ssl::context tls_{asio::ssl::context::tls_server};
    asio::ip::tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
};

TEST_F(TlsMails, with_starttls_nothing_but_the_wish_for_it_goes_in_the_clear) {
    const auto failure = send("smtp", file_);
    EXPECT_FALSE(failure) << failure->what();
    EXPECT_TRUE(in_the_clear_.starts_with("EHLO "));
    EXPECT_TRUE(in_the_clear_.ends_with("\r\nSTARTTLS\r\n"));
    EXPECT_EQ(in_the_clear_.find("AUTH"), std::string::npos);
    EXPECT_NE(under_tls_.find("AUTH PLAIN"), std::string::npos);
    EXPECT_NE(under_tls_.find("\r\nText\r\n"), std::string::npos);
}

TEST_F(TlsMails, smtps_is_tls_from_the_first_byte) {
    const auto failure = send("smtps", file_);
    EXPECT_FALSE(failure) << failure->what();
    EXPECT_NE(under_tls_.find("\r\nText\r\n"), std::string::npos);
}

TEST_F(TlsMails, a_server_whose_certificate_nobody_vouches_for_gets_nothing) {
    for (const char* scheme : {"smtp", "smtps"}) {
        const auto failure = send(scheme, "");
        ASSERT_TRUE(failure) << scheme;
        EXPECT_FALSE(failure->is_permanent);
        EXPECT_EQ(under_tls_, "");
    }
}

} // namespace
} // namespace xentree
