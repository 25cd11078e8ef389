#include "http/rate_limits.h"

#include <fmt/format.h>

#include <algorithm>

namespace xentree {

namespace {

constexpr std::chrono::minutes window_length{1};
constexpr std::size_t windows_a_generation = 65'536; // of a shard

} // namespace

std::string RateLimiter::name_of(const RateLimit& limit, std::string_view key) {
    return fmt::format("{}\n{}", limit.name, key);
}

void RateLimiter::Shard::age(Instant now) {
    if (younger_.size() < windows_a_generation && now - younger_since_ < window_length &&
        now >= younger_since_)
        return;
    elder_ = std::exchange(younger_, {});
    younger_since_ = now;
}

RateLimiter::Window& RateLimiter::Shard::window(const std::string& name, Instant now) {
    age(now);
    if (const auto known = younger_.find(name); known != younger_.end())
        return known->second;
    Window carried{now, 0};
    if (const auto known = elder_.find(name); known != elder_.end())
        carried = known->second;
    return younger_.emplace(name, carried).first->second;
}

RateLimiter::Window* RateLimiter::Shard::find(const std::string& name) {
    if (const auto known = younger_.find(name); known != younger_.end())
        return &known->second;
    const auto known = elder_.find(name);
    return known == elder_.end() ? nullptr : &known->second;
}

RateLimitState RateLimiter::take(const RateLimit& limit, std::string_view key, Instant now) {
    return count(limit, key, now, true);
}

RateLimitState RateLimiter::look(const RateLimit& limit, std::string_view key, Instant now) {
    return count(limit, key, now, false);
}

RateLimitState RateLimiter::count(const RateLimit& limit, std::string_view key, Instant now, bool takes) {
    const std::string name = name_of(limit, key);
    Shard& shard = shard_of(name);
    const std::lock_guard lock(shard.mutex);
    Window& window = shard.window(name, now);
    if (now - window.begin >= window_length || now < window.begin)
        window = {now, 0};
    const auto until_reset = std::chrono::ceil<Seconds>(window.begin + window_length - now);
    const bool exceeded = window.taken >= limit.quota;
    if (takes && !exceeded)
        ++window.taken;
    return {&limit, limit.quota - window.taken, std::max(until_reset, Seconds(1)), exceeded};
}

void RateLimiter::give_back(const RateLimit& limit, std::string_view key, Instant now) {
    const std::string name = name_of(limit, key);
    Shard& shard = shard_of(name);
    const std::lock_guard lock(shard.mutex);
    Window* const window = shard.find(name);
    if (window && now - window->begin < window_length && window->taken > 0)
        --window->taken;
}

std::string rate_limit_policy(const std::vector<RateLimitState>& states) {
    std::string value;
    for (const auto& state : states)
        value += fmt::format("{}\"{}\";q={};w=60", value.empty() ? "" : ", ", state.limit->name,
                             state.limit->quota);
    return value;
}

std::string rate_limit_state(const std::vector<RateLimitState>& states) {
    std::string value;
    for (const auto& state : states)
        value += fmt::format("{}\"{}\";r={};t={}", value.empty() ? "" : ", ", state.limit->name,
                             state.remaining, state.until_reset.count());
    return value;
}

} // namespace xentree
