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
    if (waiting_ >= most_waiting) {
        log(LogLevel::error, "a mail ({}) is not taken: {} wait already",
            boost::describe::enum_to_string(letter.kind, ""), waiting_.load());
        return ApiError::retry_later(ErrorCode::unavailable, std::chrono::minutes(1),
                                     "Too many mails wait to be sent.");
    }
    const Digest address = mac_of(letter.recipient);
    const auto recent = store::recent(db, {letter.kind, address, now - counted_for}, most_an_hour);
    if (recent.size() >= most_an_hour) {
        const auto wait = std::chrono::ceil<Seconds>(recent.back() + counted_for - now);
        return ApiError::retry_later(ErrorCode::rate_limited, wait,
                                     "This address has got as many mails as it can in an hour.");
    }
    store::insert(db, {letter.kind, address, now});
    const std::string sealed = parts_.master_key.seal(to_json_text(letter), purpose);
    store::insert(db, {store::MailId::make(now), Blob{sealed}, 0, now, letter.good_until});
    return std::nullopt;
}

std::optional<Letter> MailQueue::open(const Blob& sealed) const {
    const auto plain = parts_.master_key.open(sealed.bytes, purpose);
    if (!plain)
        return std::nullopt;
    return from_json<Letter>(boost::json::parse(*plain));
}

void MailQueue::forget_old(Writer& db) const {
    store::forget_mailings(db, parts_.clock.now() - counted_for);
}

void MailQueue::wake() {
    {
        const std::lock_guard lock(mutex_);
        is_woken_ = true;
    }
    waiting_.fetch_add(1, std::memory_order_relaxed);
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
