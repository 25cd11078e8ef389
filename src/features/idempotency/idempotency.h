#pragma once
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
    // without secrets.
    template<class T, class F>
    T once(Writer& db, const Visitor& visitor, std::string_view who, F make) const {
        if (!visitor.repeatable)
            return make();
        const Record record = identify(*visitor.repeatable, who);
        if (const auto answer = find(db, record))
            return from_json<T>(boost::json::parse(*answer));
        T made = make();
        keep(db, record, to_json_text(made));
        return made;
    }

    // Forgets what is older than 24 hours.
    void forget_old(Writer& db) const;

  private:
    struct Record {
        Digest id;       // of caller, place and key
        Digest body_mac; // of the body
    };
    Record identify(const RepeatableRequest& request, std::string_view who) const;
    std::optional<std::string> find(Writer& db, const Record& record) const;
    void keep(Writer& db, const Record& record, const std::string& answer) const;

    SecretKey key_;
    const Clock& clock_;
};

} // namespace xentree
