#pragma once
#include <array>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"

namespace xentree {

// So many requests in a window of a minute that begins with the first of them; 0 is no limit.
struct RateLimit {
    std::string name; // as clients see it in RateLimit-Policy
    std::int64_t quota = 0;
};

struct RateLimitState {
    const RateLimit* limit;
    std::int64_t remaining;
    Seconds until_reset; // 1 to 60
    bool exceeded;
};

// Counts requests by key, on this node alone. Memory is bounded: past two million keys within two minutes
// those that came first are forgotten. Any thread.
class RateLimiter {
  public:
    RateLimitState take(const RateLimit& limit, std::string_view key, Instant now);
    // The same without taking any.
    RateLimitState look(const RateLimit& limit, std::string_view key, Instant now);
    // Takes one back that was taken in this window.
    void give_back(const RateLimit& limit, std::string_view key, Instant now);

  private:
    struct Window {
        Instant begin;
        std::int64_t taken = 0;
    };
    // Windows of two generations: the elder goes as a whole when the younger is a minute old or full, so that
    // nothing is ever searched for what is over.
    class Shard {
      public:
        Window& window(const std::string& name, Instant now);
        Window* find(const std::string& name);
        std::mutex mutex;

      private:
        using Windows = std::unordered_map<std::string, Window>;
        void age(Instant now);
        Windows younger_, elder_;
        Instant younger_since_;
    };
    RateLimitState count(const RateLimit& limit, std::string_view key, Instant now, bool takes);
    static std::string name_of(const RateLimit& limit, std::string_view key);
    Shard& shard_of(const std::string& name) {
        return shards_[std::hash<std::string>{}(name) % shards_.size()];
    }
    std::array<Shard, 16> shards_;
};

// The values of the RateLimit-Policy and RateLimit headers (draft-ietf-httpapi-ratelimit-headers).
std::string rate_limit_policy(const std::vector<RateLimitState>& states);
std::string rate_limit_state(const std::vector<RateLimitState>& states);

} // namespace xentree
