#include "http/rate_limits.h"

#include <fmt/format.h>

#include <algorithm>

namespace xentree {

namespace {

constexpr std::chrono::minutes window_length{1};
constexpr std::size_t windows_a_shard = 65'536;

// Called with the shard's lock held.
void make_room(auto& windows, Instant now) {
    if (windows.size() < windows_a_shard)
        return;
    std::erase_if(windows, [&](const auto& entry) { return now - entry.second.begin >= window_length; });
    while (windows.size() >= windows_a_shard)
        windows.erase(windows.begin());
}

} // namespace

std::string RateLimiter::name_of(const RateLimit& limit, std::string_view key) {
    return fmt::format("{}\n{}", limit.name, key);
}

RateLimitState RateLimiter::take(const RateLimit& limit, std::string_view key, Instant now) {
    std::string name = name_of(limit, key);
    Shard& shard = shard_of(name);
    const std::lock_guard lock(shard.mutex);
    auto found = shard.windows.find(name);
    if (found == shard.windows.end()) {
        make_room(shard.windows, now);
        found = shard.windows.emplace(std::move(name), Window{now, 0}).first;
    }
    Window& window = found->second;
    if (now - window.begin >= window_length || now < window.begin)
        window = {now, 0};
    const auto until_reset = std::chrono::ceil<Seconds>(window.begin + window_length - now);
    const bool exceeded = window.taken >= limit.quota;
    if (!exceeded)
        ++window.taken;
    return {&limit, limit.quota - window.taken, std::max(until_reset, Seconds(1)), exceeded};
}

void RateLimiter::give_back(const RateLimit& limit, std::string_view key, Instant now) {
    const std::string name = name_of(limit, key);
    Shard& shard = shard_of(name);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.windows.find(name);
    if (found != shard.windows.end() && now - found->second.begin < window_length && found->second.taken > 0)
        --found->second.taken;
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
