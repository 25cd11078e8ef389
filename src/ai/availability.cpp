#include "ai/availability.h"

namespace xentree {

Availability::Attempt::~Attempt() {
    if (!owner_ || !is_trial_)
        return;
    const std::lock_guard lock(owner_->mutex_);
    owner_->on_trial_ = false;
}

void Availability::Attempt::succeeded() {
    const std::lock_guard lock(owner_->mutex_);
    owner_->failures_ = 0;
    if (std::exchange(is_trial_, false))
        owner_->on_trial_ = false;
}

void Availability::Attempt::began() {
    if (is_trial_)
        succeeded();
}

void Availability::Attempt::failed(std::string reason) {
    const std::lock_guard lock(owner_->mutex_);
    if (owner_->failures_ < failure_limit)
        ++owner_->failures_;
    owner_->last_failure_ = owner_->clock_.now();
    owner_->reason_ = std::move(reason);
    if (std::exchange(is_trial_, false))
        owner_->on_trial_ = false;
}

std::optional<Availability::Attempt> Availability::attempt() {
    const std::lock_guard lock(mutex_);
    if (reason_now())
        return std::nullopt;
    const bool is_trial = failures_ >= failure_limit;
    if (is_trial)
        on_trial_ = true;
    return Attempt(*this, is_trial);
}

std::optional<std::string> Availability::unavailable_reason() const {
    const std::lock_guard lock(mutex_);
    return reason_now();
}

std::optional<std::string> Availability::reason_now() const {
    if (failures_ < failure_limit)
        return std::nullopt;
    // A clock that was set back must not prolong the rest.
    const auto passed = clock_.now() - last_failure_;
    const bool is_resting = passed >= Seconds(0) && passed < rest;
    return is_resting || on_trial_ ? std::optional(reason_) : std::nullopt;
}

} // namespace xentree
