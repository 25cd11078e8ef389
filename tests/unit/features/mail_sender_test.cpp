#include "features/mail/mail_sender.h"

#include "mailed_people.h"

namespace xentree {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// A queue and its sender; the mail server says what the test wants.
class Sending : public MailedPeople {
  public:
    void put(const std::string& recipient, Milliseconds good_for = hours(24)) {
        database->write_now([&](Writer& db) {
            EXPECT_FALSE(mail_queue.enqueue(
                db, {MailKind::email_change, recipient, "Subject", "Text", clock.now() + good_for}));
        });
    }
    std::int64_t waiting() { return look_up<std::int64_t>("SELECT COUNT(*) FROM mails"); }
    // Every mail that is due.
    void send(MailSender& by) {
        while (by.send_some(std::stop_token()))
            continue;
    }
    MailSender::Parts parts() {
        return {*database, mail_queue, clock, [this](Mail mail) { return take(std::move(mail)); },
                [] {},     [] {}};
    }
    Task<void> take(Mail mail) {
        tries.push_back(mail);
        if (const auto failure = failures.find(mail.to); failure != failures.end())
            throw failure->second;
        taken.push_back(mail.to);
        co_return;
    }

    std::vector<Mail> tries;
    std::vector<std::string> taken;
    std::map<std::string, MailError> failures;
    MailSender sender{parts()};
};

TEST_P(Sending, mails_go_out_in_order_and_leave_nothing) {
    const std::vector<std::string> all{"a@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org", "f@x.org"};
    for (const auto& recipient : all)
        put(recipient);
    send(sender);
    EXPECT_EQ(taken, all);
    EXPECT_EQ(waiting(), 0);
    EXPECT_EQ(sender.counts().sent, 6);
    EXPECT_EQ(tries.front().subject, "Subject");
    EXPECT_EQ(tries.front().text, "Text");
    EXPECT_EQ(tries.front().sent_at, noon);
}

TEST_P(Sending, a_failure_is_tried_again_with_growing_waits_and_under_the_same_id) {
    failures.emplace("a@x.org", MailError(false, "down"));
    put("a@x.org");
    for (const minutes wait : {minutes(0), minutes(1), minutes(5), minutes(15), minutes(60), minutes(180)}) {
        const auto before = tries.size();
        if (wait > minutes(0)) {
            clock.advance(wait - Milliseconds(1));
            send(sender);
            EXPECT_EQ(tries.size(), before) << wait.count();
            clock.advance(Milliseconds(1));
        }
        send(sender);
        EXPECT_EQ(tries.size(), before + 1) << wait.count();
    }
    failures.clear();
    clock.advance(hours(6));
    send(sender);
    EXPECT_EQ(taken.size(), 1u);
    EXPECT_EQ(waiting(), 0);
    for (const auto& mail : tries)
        EXPECT_EQ(mail.id, tries.front().id);
    EXPECT_EQ(sender.counts().failed, 6);
}

TEST_P(Sending, after_a_day_it_is_given_up) {
    failures.emplace("a@x.org", MailError(false, "down"));
    put("a@x.org");
    for (int i = 0; i < 30 && waiting() > 0; ++i) {
        send(sender);
        clock.advance(hours(1));
    }
    EXPECT_EQ(waiting(), 0);
    EXPECT_LE(clock.now(), noon + hours(25));
    EXPECT_EQ(sender.counts().given_up, 1);
}

TEST_P(Sending, a_link_that_would_be_dead_is_not_sent) {
    put("a@x.org", hours(1));
    clock.advance(hours(1));
    send(sender);
    EXPECT_TRUE(tries.empty());
    EXPECT_EQ(waiting(), 0);
    EXPECT_EQ(sender.counts().given_up, 1);
}

TEST_P(Sending, a_refusal_for_good_ends_that_mail_and_no_other) {
    failures.emplace("a@x.org", MailError(true, "no such user"));
    put("a@x.org");
    put("b@x.org");
    send(sender);
    EXPECT_EQ(taken, std::vector<std::string>{"b@x.org"});
    EXPECT_EQ(waiting(), 0);
    clock.advance(hours(2));
    send(sender);
    EXPECT_EQ(tries.size(), 2u);
}

TEST_P(Sending, a_mail_that_cannot_be_opened_is_given_up_and_holds_up_no_other) {
    put("a@x.org");
    database->write_now([](Writer& db) { db.run("UPDATE mails SET sealed_letter = $1", Blob{"x"}); });
    put("b@x.org");
    send(sender);
    EXPECT_EQ(taken, std::vector<std::string>{"b@x.org"});
    EXPECT_EQ(waiting(), 0);
}

TEST_P(Sending, what_a_node_has_taken_no_other_takes_until_its_lease_is_over) {
    put("a@x.org");
    put("b@x.org");
    MailSender other(parts());
    auto mine = parts();
    mine.send = [&](Mail mail) -> Task<void> {
        EXPECT_FALSE(other.send_some(std::stop_token()));
        return take(std::move(mail));
    };
    MailSender first(std::move(mine));
    send(first);
    EXPECT_EQ(taken.size(), 2u);
}

TEST_P(Sending, a_mail_of_a_node_that_died_is_sent_by_another_when_the_lease_is_over) {
    put("a@x.org");
    database->write_now([&](Writer& db) {
        EXPECT_EQ(mail_store::claim(db, {clock.now(), clock.now() + minutes(5), 4}).size(), 1u);
    });
    send(sender);
    EXPECT_TRUE(tries.empty());
    clock.advance(minutes(5));
    send(sender);
    EXPECT_EQ(taken.size(), 1u);
}

TEST_P(Sending, of_many_senders_at_once_each_mail_is_taken_by_one) {
    std::mutex mutex;
    std::map<std::string, int> sent;
    for (int i = 0; i < 24; ++i)
        put(std::to_string(i) + "@x.org");
    std::vector<std::thread> nodes;
    for (int i = 0; i < 3; ++i)
        nodes.emplace_back([&] {
            auto own = parts();
            own.send = [&](Mail mail) -> Task<void> {
                const std::lock_guard lock(mutex);
                ++sent[mail.to];
                co_return;
            };
            MailSender node(std::move(own));
            for (int tries = 0; tries < 50; ++tries) {
                try {
                    node.send_some(std::stop_token());
                } catch (const ApiError& error) { // it kept colliding; the next look takes it up
                    EXPECT_EQ(error.code, ErrorCode::conflict);
                }
            }
        });
    for (auto& node : nodes)
        node.join();
    clock.advance(minutes(5));
    send(sender);
    EXPECT_EQ(sent.size() + taken.size(), 24u);
    for (const auto& [to, times] : sent)
        EXPECT_EQ(times, 1) << to;
}

TEST_P(Sending, the_thread_is_woken_by_a_mail_and_ends_when_it_is_told) {
    std::promise<void> sent;
    auto own = parts();
    own.send = [&](Mail) -> Task<void> {
        sent.set_value();
        co_return;
    };
    MailSender node(std::move(own));
    std::jthread thread([&](const std::stop_token& stop) { node.run(stop); });
    put("a@x.org");
    mail_queue.wake();
    EXPECT_EQ(sent.get_future().wait_for(Seconds(30)), std::future_status::ready);
}

TEST_P(Sending, a_sender_that_is_told_to_stop_lets_go_of_a_mail_that_does_not_end) {
    put("a@x.org");
    asio::steady_timer* hung = nullptr;
    auto own = parts();
    own.send = [&](Mail) -> Task<void> {
        asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
        hung = &timer;
        boost::system::error_code error;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
        throw MailError(false, "given up");
    };
    own.stop_sending = [&] { hung->cancel(); };
    own.grace = Seconds(0);
    MailSender node(std::move(own));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(node.send_some(stop.get_token()));
    EXPECT_EQ(waiting(), 1);
    clock.advance(minutes(1));
    send(sender);
    EXPECT_EQ(taken.size(), 1u);
}

XENTREE_HOLDS_ON_EACH_DATABASE(Sending);

} // namespace
} // namespace xentree
