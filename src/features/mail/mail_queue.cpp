#include "features/mail/mail_queue.h"

#include <sodium.h>

#include "base/log.h"
#include "base/text.h"
#include "features/mail/store.h"
#include "http/json_text.h"
#include "http/wire.h"

namespace xentree {

namespace store = mail_store;

namespace {

constexpr std::chrono::hours counted_for{1};
constexpr std::string_view purpose = "mail";

} // namespace

MailQueue::MailQueue(Parts parts) : parts_(parts), address_key_(parts.master_key.derive("mailed address")) {}

std::optional<ApiError> MailQueue::enqueue(Writer& db, const Letter& letter) const {
    const Instant now = parts_.clock.now();
    const Instant since = now - counted_for;
    const store::Mailing mailing{letter.kind, mac_of(letter.recipient), now};
    const bool is_full = waiting_ >= most_waiting;
    const bool is_taken = !is_full && store::count_in(db, mailing, since);
    if (!is_taken) {
        const auto fifth = store::fifth_last(db, mailing);
        if (fifth && *fifth > since)
            return ApiError::retry_later(ErrorCode::rate_limited,
                                         std::chrono::ceil<Seconds>(*fifth + counted_for - now),
                                         "This address has got as many mails as it can in an hour.");
        log(LogLevel::error, "a mail ({}) is not taken: {} wait already",
            boost::describe::enum_to_string(letter.kind, ""), waiting_.load());
        return ApiError::retry_later(ErrorCode::unavailable, std::chrono::minutes(1),
                                     "Too many mails wait to be sent.");
    }
    const std::string sealed = parts_.master_key.seal(to_json_text(letter), purpose);
    store::insert(db, {store::MailId::make(now), Blob{sealed}, 0, now, letter.good_until});
    return std::nullopt;
}

std::optional<Letter> MailQueue::open(const Blob& sealed) const {
    const auto plain = parts_.master_key.open(sealed.bytes, purpose);
    if (!plain)
        return std::nullopt;
    try {
        return from_json<Letter>(boost::json::parse(*plain));
    } catch (const std::exception&) { // of a kind that this program does not know
        return std::nullopt;
    }
}

void MailQueue::forget_old(Writer& db) const {
    store::forget_mailings(db, parts_.clock.now() - counted_for);
}

void MailQueue::note_taken(std::int64_t letters) {
    if (letters == 0)
        return;
    waiting_.fetch_add(letters, std::memory_order_relaxed);
    wake();
}

void MailQueue::wake() {
    {
        const std::lock_guard lock(mutex_);
        is_woken_ = true;
    }
    woken_.notify_one();
}

bool MailQueue::wait(const std::stop_token& stop, Milliseconds most) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, stop, most, [this] { return is_woken_; });
    return std::exchange(is_woken_, false);
}

// What counts the mails of an address outlives its account, so it must not tell the address.
Digest MailQueue::mac_of(std::string_view address) const {
    const std::string lower = ascii_lower(address);
    Digest mac;
    crypto_generichash(mac.data(), mac.size(), reinterpret_cast<const unsigned char*>(lower.data()),
                       lower.size(), address_key_.data(), address_key_.size());
    return mac;
}

} // namespace xentree
