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
        return {*database, mail_queue,          clock, [this](Mail mail) { return take(std::move(mail)); },
                [] {},     [] { return false; }};
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

// The mail server may be back any minute before.
TEST_P(Sending, until_a_link_of_an_hour_is_dead_it_is_tried_again) {
    failures.emplace("a@x.org", MailError(false, "down"));
    put("a@x.org", hours(1));
    std::vector<Instant> times;
    for (; waiting() > 0; clock.advance(Seconds(1))) {
        send(sender);
        if (tries.size() > times.size())
            times.push_back(clock.now());
    }
    ASSERT_GE(times.size(), 6u);
    EXPECT_EQ(times[3], noon + minutes(21));
    EXPECT_GE(times.back(), noon + minutes(58));
    EXPECT_LT(times.back(), noon + minutes(60));
    EXPECT_LE(times.size(), 12u);
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

// Of another master key, of no form at all, and of a kind that a newer program knows.
TEST_P(Sending, mails_that_cannot_be_opened_hold_up_no_other_and_are_given_up_in_the_end) {
    const auto seal = [&](const std::string& text) { return Blob{master_key.seal(text, "mail")}; };
    for (const auto& sealed : {Blob{"x"}, seal("{"), seal(R"({"kind":"invitation"})")}) {
        put("a@x.org");
        database->write_now([&](Writer& db) {
            db.run("UPDATE mails SET sealed_letter = $1, attempts = 1 WHERE attempts = 0", sealed);
        });
    }
    put("b@x.org");
    send(sender);
    EXPECT_EQ(taken, std::vector<std::string>{"b@x.org"});
    EXPECT_EQ(waiting(), 3);
    clock.advance(hours(24));
    send(sender);
    EXPECT_EQ(waiting(), 0);
    EXPECT_EQ(sender.counts().given_up, 3);
}

TEST_P(Sending, what_was_sent_while_the_database_failed_is_not_sent_again) {
    const auto rename = [&](const char* from, const char* to) {
        database->write_now(
            [&](Writer& db) { db.run(std::string("ALTER TABLE ") + from + " RENAME TO " + to); });
    };
    put("a@x.org");
    auto own = parts();
    own.send = [&](Mail mail) -> Task<void> {
        if (taken.empty())
            rename("mails", "mails_away");
        return take(std::move(mail));
    };
    MailSender node(std::move(own));
    EXPECT_ANY_THROW(node.send_some(std::stop_token()));
    EXPECT_EQ(taken.size(), 1u);
    EXPECT_ANY_THROW(node.send_some(std::stop_token()));
    rename("mails_away", "mails");
    put("b@x.org");
    clock.advance(minutes(5)); // the lease is over
    send(node);
    EXPECT_EQ(taken, (std::vector<std::string>{"a@x.org", "b@x.org"}));
    EXPECT_EQ(waiting(), 0);
}

TEST_P(Sending, what_waits_is_counted_after_each_batch) {
    for (int i = 0; i < 6; ++i)
        put(std::to_string(i) + "@x.org");
    mail_queue.note_taken(6);
    mail_queue.wake(); // brings no mail
    EXPECT_EQ(mail_queue.waiting(), 6);
    EXPECT_TRUE(sender.send_some(std::stop_token()));
    EXPECT_EQ(mail_queue.waiting(), 2);
    EXPECT_TRUE(sender.send_some(std::stop_token()));
    EXPECT_EQ(mail_queue.waiting(), 0);
}

TEST_P(Sending, an_address_that_has_got_too_many_is_told_that_though_the_queue_is_full) {
    for (int i = 0; i < 5; ++i)
        put("a@x.org");
    mail_queue.set_waiting(MailQueue::most_waiting);
    const auto refusal = [&](const std::string& recipient) {
        std::optional<ApiError> found;
        database->write_now([&](Writer& db) {
            found = mail_queue.enqueue(db, {MailKind::email_change, recipient, "", "", noon + hours(1)});
        });
        return found.value().code;
    };
    EXPECT_EQ(refusal("a@x.org"), ErrorCode::rate_limited);
    EXPECT_EQ(refusal("b@x.org"), ErrorCode::unavailable);
}

// Neither kept from it by the other's row nor by the order in which they look.
TEST_P(Sending, mails_to_different_addresses_are_put_in_at_once) {
    const auto ends = at_once(8, [&](Loop& own, int i) {
        for (int n = 0; n < 5; ++n)
            own.await(database->write([&, i](Writer& db) {
                const std::string to = std::to_string(i) + "@x.org";
                if (const auto refusal =
                        mail_queue.enqueue(db, {MailKind::email_change, to, "", "", noon + hours(1)}))
                    throw *refusal;
            }));
    });
    EXPECT_EQ(ends, std::vector(8, std::optional<ErrorCode>()));
    EXPECT_EQ(waiting(), 40);
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
    mail_queue.note_taken(1);
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
    // It is as if it had not been tried.
    EXPECT_EQ(look_up<std::int64_t>("SELECT attempts FROM mails"), 0);
    EXPECT_EQ(node.counts().failed, 0);
    send(sender);
    EXPECT_EQ(taken.size(), 1u);
}

XENTREE_HOLDS_ON_EACH_DATABASE(Sending);

} // namespace
} // namespace xentree
