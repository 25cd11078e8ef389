#pragma once
#include <regex>

#include "features/identity/mailed_links.h"
#include "people.h"

namespace xentree {

// People whose server has mail; it is read where it waits.
class MailedPeople : public People {
  public:
    MailedPeople() : People(true) {}

    UserProfile sign_up(const std::string& username) {
        return loop.await(accounts.register_user(visitor(), registration(username)));
    }
    UserProfile update(const Caller& caller, UserProfileUpdate changes) {
        return loop.await(accounts.update(caller, std::move(changes)));
    }
    UserProfile change_email(const Caller& caller, const std::string& email) {
        UserProfileUpdate changes;
        changes.email = email;
        changes.current_password = std::string(password);
        return update(caller, std::move(changes));
    }
    UserProfile profile(UserId user) {
        Caller caller;
        caller.user = user;
        return loop.await(accounts.profile(caller));
    }
    // Asks for a reset and lets the background answer.
    void forget_password(const std::string& email) {
        loop.await(links.request_password_reset(email));
        links.answer_reset_requests();
    }
    std::optional<ErrorCode> reset_error(const std::string& token, const std::string& next = "another one") {
        return code_of([&] { loop.await(links.reset_password(visitor(), {token, next})); });
    }
    std::optional<ErrorCode> verify_error(const std::string& token) {
        return code_of([&] { loop.await(links.verify_email(visitor(), token)); });
    }
    std::optional<ErrorCode> resend_error(const Caller& caller) {
        return code_of([&] { loop.await(links.send_verification(caller)); });
    }

    std::vector<Letter> letters() {
        std::vector<Blob> sealed;
        database->read_now(
            [&](Reader& db) { sealed = db.all<Blob>("SELECT sealed_letter FROM mails ORDER BY id"); });
        std::vector<Letter> opened;
        for (const auto& one : sealed)
            opened.push_back(mail_queue.open(one).value());
        return opened;
    }
    // Of the last link of that kind to that address.
    std::string token(MailKind kind, const std::string& recipient) {
        std::string found;
        for (const auto& letter : letters()) {
            std::smatch match;
            const bool is_meant = letter.kind == kind && letter.recipient == recipient;
            if (is_meant && std::regex_search(letter.text, match, std::regex("token=([A-Za-z0-9_-]{43})\n")))
                found = match[1];
        }
        EXPECT_FALSE(found.empty()) << recipient;
        return found;
    }
    std::string reset_token(const std::string& email) { return token(MailKind::password_reset, email); }
    std::string verification_token(const std::string& email) {
        return token(MailKind::email_verification, email);
    }
    std::size_t count(MailKind kind, const std::string& recipient) {
        const auto all = letters();
        return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const Letter& letter) {
            return letter.kind == kind && letter.recipient == recipient;
        }));
    }

    MailedLinks links{{*database, passwords, mail, audit, clock}};
};

} // namespace xentree
