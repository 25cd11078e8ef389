#include "features/mail/mail_sender.h"

#include <boost/asio/co_spawn.hpp>

#include "base/log.h"

namespace xentree {

namespace store = mail_store;

namespace {

constexpr std::int64_t at_once = 4;
// Longer than that many mails can take together.
constexpr std::chrono::minutes lease{5};
constexpr std::chrono::minutes waits[] = {
    std::chrono::minutes(1),  std::chrono::minutes(5),   std::chrono::minutes(15),
    std::chrono::minutes(60), std::chrono::minutes(180), std::chrono::minutes(360),
};
// Mails of other nodes are seen so late, where those have died.
constexpr std::chrono::minutes looks_every{1};
constexpr Seconds looks_again_after_fault{5};
// The clock of a test moves by jumps.
constexpr Milliseconds clock_is_read_every{500};

std::chrono::minutes wait_after(std::int64_t attempts) {
    const auto last = static_cast<std::int64_t>(std::size(waits)) - 1;
    return waits[std::min(attempts - 1, last)];
}

} // namespace

void MailSender::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        Instant look = parts_.clock.now() + looks_again_after_fault;
        try {
            parts_.prepare();
            const bool may_be_more = send_some(stop);
            if (may_be_more)
                continue;
            look = next_look();
        } catch (const std::exception& error) {
            log(LogLevel::warning, "the mail queue cannot be worked on and will be again: {}", error.what());
        }
        bool is_woken = false;
        while (!is_woken && !stop.stop_requested() && parts_.clock.now() < look)
            is_woken = parts_.queue.wait(stop, clock_is_read_every);
    }
}

bool MailSender::send_some(const std::stop_token& stop) {
    std::vector<Delivery> deliveries = take();
    if (deliveries.empty())
        return false;
    deliver(deliveries, stop);
    std::vector<Verdict> verdicts;
    verdicts.reserve(deliveries.size());
    for (const auto& delivery : deliveries)
        verdicts.push_back(judge(delivery));
    parts_.database.write_now([&](Writer& db) {
        for (const auto& [mail, next_try] : verdicts) {
            if (next_try)
                store::postpone(db, mail, *next_try);
            else
                store::erase(db, mail.id);
        }
    });
    return true;
}

std::vector<MailSender::Delivery> MailSender::take() {
    const Instant now = parts_.clock.now();
    std::vector<store::WaitingMail> mails;
    parts_.database.write_now([&](Writer& db) { mails = store::claim(db, {now, now + lease, at_once}); });
    std::vector<Delivery> deliveries;
    deliveries.reserve(mails.size());
    for (auto& mail : mails)
        deliveries.push_back({mail, parts_.queue.open(mail.sealed_letter), false, nullptr});
    return deliveries;
}

void MailSender::deliver(std::vector<Delivery>& deliveries, const std::stop_token& stop) {
    std::size_t open = 0;
    for (Delivery& delivery : deliveries) {
        if (!delivery.letter || delivery.mail.given_up <= parts_.clock.now())
            continue;
        delivery.is_tried = true;
        Mail mail{delivery.mail.id.text(), delivery.letter->recipient, delivery.letter->subject,
                  delivery.letter->text, parts_.clock.now()};
        ++open;
        asio::co_spawn(context_, parts_.send(std::move(mail)),
                       [&delivery, &open](const std::exception_ptr& failure) {
                           delivery.failure = failure;
                           --open;
                       });
    }
    context_.restart();
    Seconds left = parts_.grace;
    while (open > 0) {
        context_.run_for(Seconds(1));
        if (stop.stop_requested() && left-- == Seconds(0))
            parts_.stop_sending();
    }
}

MailSender::Verdict MailSender::judge(const Delivery& delivery) {
    Verdict verdict{delivery.mail, std::nullopt};
    const Instant now = parts_.clock.now();
    const auto give_up = [&](std::string_view why) {
        ++counts_.given_up;
        const auto kind = delivery.letter ? boost::describe::enum_to_string(delivery.letter->kind, "") : "?";
        log(LogLevel::error, "mail {} ({}) is given up: {}", delivery.mail.id.text(), kind, why);
        return verdict;
    };
    if (!delivery.letter)
        return give_up("another master key sealed it");
    if (!delivery.is_tried)
        return give_up("it is of no use any more");
    if (!delivery.failure) {
        ++counts_.sent;
        return verdict;
    }
    try {
        std::rethrow_exception(delivery.failure);
    } catch (const std::exception& error) {
        const auto* refusal = dynamic_cast<const MailError*>(&error);
        const Instant next_try = now + wait_after(++verdict.mail.attempts);
        if ((refusal && refusal->is_permanent) || next_try >= delivery.mail.given_up)
            return give_up(error.what());
        ++counts_.failed;
        log(LogLevel::warning, "mail {} is tried again at {}: {}", delivery.mail.id.text(),
            format_instant(next_try), error.what());
        verdict.next_try = next_try;
        return verdict;
    }
}

// What waits is counted on the way.
Instant MailSender::next_look() {
    const Instant latest = parts_.clock.now() + looks_every;
    std::optional<Instant> due;
    parts_.database.read_now([&](Reader& db) {
        parts_.queue.set_waiting(store::count(db));
        due = store::first_due(db);
    });
    return due ? std::min(*due, latest) : latest;
}

} // namespace xentree
