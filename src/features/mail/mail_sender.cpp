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
// A mail that is of use for less is not tried again.
constexpr std::chrono::minutes shortest_left{1};
// Mails of other nodes are seen so late, where those have died.
constexpr std::chrono::minutes looks_every{1};
constexpr Seconds looks_again_after_fault{5};
// The clock of a test moves by jumps.
constexpr Milliseconds clock_is_read_every{500};

Milliseconds wait_after(std::int64_t attempts) {
    const auto last = static_cast<std::int64_t>(std::size(waits)) - 1;
    return waits[std::min(attempts - 1, last)];
}

} // namespace

void MailSender::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        Instant look = parts_.clock.now() + looks_again_after_fault;
        try {
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
    try {
        settle();
    } catch (const std::exception& error) {
        log(LogLevel::error, "mails that were sent may be sent again: {}", error.what());
    }
}

bool MailSender::send_some(const std::stop_token& stop) {
    settle();
    const bool others_want = parts_.prepare();
    std::vector<Delivery> deliveries = take();
    if (deliveries.empty())
        return others_want;
    deliver(deliveries, stop);
    verdicts_.reserve(deliveries.size());
    for (const auto& delivery : deliveries)
        verdicts_.push_back(judge(delivery));
    settle();
    return true;
}

// Running it twice changes nothing more, so an unknown outcome is no harm.
void MailSender::settle() {
    if (verdicts_.empty())
        return;
    parts_.database.write_now([&](Writer& db) {
        for (const auto& [mail, next_try] : verdicts_) {
            if (next_try)
                store::postpone(db, mail, *next_try);
            else
                store::erase(db, mail.id);
        }
    });
    verdicts_.clear();
    parts_.database.read_now([&](Reader& db) { parts_.queue.set_waiting(store::count(db)); });
}

std::vector<MailSender::Delivery> MailSender::take() {
    const Instant now = parts_.clock.now();
    std::vector<store::WaitingMail> mails;
    parts_.database.write_now([&](Writer& db) { mails = store::claim(db, {now, now + lease, at_once}); });
    std::vector<Delivery> deliveries;
    deliveries.reserve(mails.size());
    for (auto& mail : mails)
        deliveries.push_back({mail, parts_.queue.open(mail.sealed_letter), false, false, nullptr});
    return deliveries;
}

void MailSender::deliver(std::vector<Delivery>& deliveries, const std::stop_token& stop) {
    std::size_t open = 0;
    bool is_stopped = false;
    for (Delivery& delivery : deliveries) {
        if (!delivery.letter || delivery.mail.given_up <= parts_.clock.now())
            continue;
        delivery.is_tried = true;
        Mail mail{delivery.mail.id.text(), delivery.letter->recipient, delivery.letter->subject,
                  delivery.letter->text, parts_.clock.now()};
        ++open;
        asio::co_spawn(context_, parts_.send(std::move(mail)),
                       [&delivery, &open, &is_stopped](const std::exception_ptr& failure) {
                           delivery.failure = failure;
                           delivery.is_broken_off = is_stopped;
                           --open;
                       });
    }
    context_.restart();
    Seconds left = parts_.grace;
    while (open > 0) {
        context_.run_for(Seconds(1));
        if (stop.stop_requested() && left-- == Seconds(0)) {
            is_stopped = true;
            parts_.stop_sending();
        }
    }
}

MailSender::Verdict MailSender::judge(const Delivery& delivery) {
    if (delivery.mail.given_up <= parts_.clock.now() && !delivery.is_tried)
        return give_up(delivery, "it is of no use any more");
    // Another node may be of the program that wrote it.
    if (!delivery.letter)
        return judge_failure(delivery, "another master key sealed it or a newer program wrote it");
    if (!delivery.failure) {
        ++counts_.sent;
        return {delivery.mail, std::nullopt};
    }
    try {
        std::rethrow_exception(delivery.failure);
    } catch (const MailError& refusal) {
        if (refusal.is_permanent)
            return give_up(delivery, refusal.what());
        return judge_failure(delivery, refusal.what());
    } catch (const std::exception& error) {
        return judge_failure(delivery, error.what());
    }
}

MailSender::Verdict MailSender::judge_failure(const Delivery& delivery, const std::string& why) {
    Verdict verdict{delivery.mail, parts_.clock.now()};
    if (delivery.is_broken_off) // that is not the mail's fault: it is due at once, for whichever node
        return verdict;
    const Milliseconds left = delivery.mail.given_up - parts_.clock.now();
    if (left < shortest_left)
        return give_up(delivery, why);
    *verdict.next_try += std::min(wait_after(++verdict.mail.attempts), left / 2);
    ++counts_.failed;
    log(LogLevel::warning, "mail {} is tried again at {}: {}", delivery.mail.id.text(),
        format_instant(*verdict.next_try), why);
    return verdict;
}

MailSender::Verdict MailSender::give_up(const Delivery& delivery, std::string_view why) {
    ++counts_.given_up;
    const auto kind = delivery.letter ? boost::describe::enum_to_string(delivery.letter->kind, "") : "?";
    log(LogLevel::error, "mail {} ({}) is given up: {}", delivery.mail.id.text(), kind, why);
    return {delivery.mail, std::nullopt};
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
