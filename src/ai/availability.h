#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"

namespace xentree {

// Whether an outside service is worth a call. After failure_limit failures in a row it rests; then one call
// is let through as a trial, and its outcome decides for all. Any thread.
class Availability {
  public:
    static constexpr int failure_limit = 3;
    static constexpr Seconds rest{30};

    explicit Availability(const Clock& clock) : clock_(clock) {}

    // One call. Destroyed without a verdict, it leaves things as they were.
    class Attempt {
      public:
        Attempt(Attempt&& other) noexcept :
            owner_(std::exchange(other.owner_, nullptr)), is_trial_(other.is_trial_) {}
        Attempt& operator=(Attempt&&) = delete;
        ~Attempt();
        void succeeded();
        // The answer has begun, which is all that a trial asks; to other calls it says nothing yet.
        void began();
        // The reason is one sentence without addresses and secrets.
        void failed(std::string reason);

      private:
        friend class Availability;
        Attempt(Availability& owner, bool is_trial) : owner_(&owner), is_trial_(is_trial) {}
        Availability* owner_;
        bool is_trial_;
    };

    // Nothing while the service is resting or on trial.
    std::optional<Attempt> attempt();
    std::optional<std::string> unavailable_reason() const;

  private:
    std::optional<std::string> reason_now() const;

    const Clock& clock_;
    mutable std::mutex mutex_;
    int failures_ = 0;
    bool on_trial_ = false;
    Instant last_failure_;
    std::string reason_;
};

} // namespace xentree
