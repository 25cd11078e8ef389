#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/caller.h"
#include "http/json_text.h"
#include "security/master_key.h"
#include "storage/database.h"

namespace xentree {

// Idempotency-Key: for 24 hours the same request again gets the first answer again. The answer is kept in the
// transaction that did the work, so it cannot be lost apart from it. Any thread.
class Idempotency {
  public:
    Idempotency(const MasterKey& master_key, const Clock& clock) :
        key_(master_key.derive("idempotency")), clock_(clock) {}

    // Inside a write, after the checks of who may: what make() answers, or what it answered to this request
    // before. `who` sets callers apart: Caller::identity(), or the address of a visitor. Throws
    // ApiError(idempotency_key_reused) where the key came with another body before. T is a wire struct
    // without secrets. The answer to a caller goes with the caller's account.
    template<class T, class F>
    T once(Writer& db, const Caller& caller, std::string_view who, F make) const {
        return repeat<T>(db, caller, who, [&] { return Kept<T>{make(), caller.user, clock_.now()}; });
    }
    // The answer to a visitor goes with the account that it is, where it is one.
    template<class T, class F>
    T once(Writer& db, const Visitor& visitor, std::string_view who, F make) const {
        return repeat<T>(db, visitor, who, [&] {
            T made = make();
            const auto owner = account_of(made);
            return Kept<T>{std::move(made), owner, clock_.now()};
        });
    }

    // The same for an answer that is good for less than 24 hours: then the key is free when that is over.
    template<class T>
    struct GoodUntil {
        T answer;
        Instant ends;
    };
    template<class T, class F>
    T once_while_good(Writer& db, const Caller& caller, std::string_view who, F make) const {
        return repeat<T>(db, caller, who, [&] {
            GoodUntil<T> made = make();
            return Kept<T>{std::move(made.answer), caller.user, made.ends - kept_for};
        });
    }

    // For work that does not fit into one write, since something outside has to be called: what was answered
    // to this request before, if anything was. The answer is kept by once() in the last of its writes.
    template<class T>
    std::optional<T> answered(Writer& db, const Visitor& visitor, std::string_view who) const {
        if (!visitor.repeatable)
            return std::nullopt;
        const auto answer = find(db, identify(*visitor.repeatable, who));
        return answer ? std::optional(from_json<T>(boost::json::parse(*answer))) : std::nullopt;
    }

    // Forgets what is older than 24 hours.
    void forget_old(Writer& db) const;

  private:
    static constexpr std::chrono::hours kept_for{24};
    struct Record {
        Digest id;       // of caller, place and key
        Digest body_mac; // of the body
    };
    template<class T>
    struct Kept {
        T answer;
        std::optional<UserId> owner;
        Instant since; // what its 24 hours are counted from
    };

    template<class T>
    static std::optional<UserId> account_of(const T& made) {
        if constexpr (requires { std::optional<UserId>(made.id); })
            return made.id;
        return std::nullopt;
    }
    template<class T, class F>
    T repeat(Writer& db, const Visitor& visitor, std::string_view who, F make) const {
        if (!visitor.repeatable)
            return make().answer;
        const Record record = identify(*visitor.repeatable, who);
        if (const auto answer = find(db, record))
            return from_json<T>(boost::json::parse(*answer));
        Kept<T> made = make();
        keep(db, record, {to_json_text(made.answer), made.owner, made.since});
        return std::move(made.answer);
    }
    Record identify(const RepeatableRequest& request, std::string_view who) const;
    std::optional<std::string> find(Writer& db, const Record& record) const;
    void keep(Writer& db, const Record& record, const Kept<std::string>& kept) const;

    SecretKey key_;
    const Clock& clock_;
};

} // namespace xentree
