#pragma once
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace xentree {

// Values by a text key, at most `limit` of them: the one used longest ago makes room. Pointers to a value are
// good until it is taken out. One thread.
template<class Value>
class RecentlyUsed {
  public:
    explicit RecentlyUsed(std::size_t limit) : limit_(limit) {}

    // Null where it is not there.
    Value* find(std::string_view key) {
        const auto found = by_key_.find(key);
        if (found == by_key_.end())
            return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        return &entries_.front().value;
    }

    // Takes out the value used longest ago, where there is no room for one more.
    std::optional<Value> make_room() {
        if (entries_.size() < limit_)
            return std::nullopt;
        std::optional<Value> oldest(std::move(entries_.back().value));
        by_key_.erase(entries_.back().key);
        entries_.pop_back();
        return oldest;
    }

    // The key must be a new one.
    Value& add(std::string key, Value value) {
        make_room();
        entries_.push_front({std::move(key), std::move(value)});
        by_key_.emplace(entries_.front().key, entries_.begin());
        return entries_.front().value;
    }

  private:
    struct Entry {
        std::string key;
        Value value;
    };
    const std::size_t limit_;
    std::list<Entry> entries_; // used latest first
    std::unordered_map<std::string_view, typename std::list<Entry>::iterator> by_key_;
};

} // namespace xentree
