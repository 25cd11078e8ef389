#pragma once
#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "storage/database.h"

namespace xentree {

struct LastUse {
    Instant minute;      // that it was last used in, by its beginning
    std::string address; // of the client then
    std::int64_t count;  // of uses since the last take()
};

// When credentials were last used, gathered in memory so that a request costs no write: the owner writes what
// take() answers every few seconds. What was not written when the process dies is lost. Any thread.
template<class CredentialId>
class LastUses {
  public:
    // Past so many credentials between two writes, further ones are not noted.
    static constexpr std::size_t most = 100'000;

    void note(CredentialId id, Instant now, const std::string& address) {
        const std::lock_guard lock(mutex_);
        const auto found = uses_.find(id);
        if (found == uses_.end() && uses_.size() >= most)
            return;
        LastUse& use = found == uses_.end() ? uses_[id] : found->second;
        use.minute = std::chrono::floor<std::chrono::minutes>(now);
        if (use.address != address)
            use.address = address;
        ++use.count;
    }

    // Takes back what take() gave and could not be written.
    void put_back(std::span<const std::pair<CredentialId, LastUse>> uses) {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, use] : uses) {
            const auto [known, is_new] = uses_.try_emplace(id, use);
            if (!is_new)
                known->second.count += use.count;
        }
    }

    std::vector<std::pair<CredentialId, LastUse>> take() {
        std::unordered_map<CredentialId, LastUse> uses;
        {
            const std::lock_guard lock(mutex_);
            uses.swap(uses_);
        }
        return {uses.begin(), uses.end()};
    }

  private:
    std::mutex mutex_;
    std::unordered_map<CredentialId, LastUse> uses_;
};

// Writes what was noted, in transactions of a size that others need not wait long for; what cannot be written
// stays noted. `write` takes the Writer, the id and the LastUse. Throws what the database throws. Blocks.
template<class CredentialId, class F>
void write_noted(Database& database, LastUses<CredentialId>& noted, F write) {
    constexpr std::size_t batch = 500;
    const auto uses = noted.take();
    std::span left(uses);
    while (!left.empty()) {
        const auto some = left.first(std::min(batch, left.size()));
        try {
            database.write_now([&](Writer& db) {
                for (const auto& [id, use] : some)
                    write(db, id, use);
            });
        } catch (const std::exception&) {
            noted.put_back(left);
            throw;
        }
        left = left.subspan(some.size());
    }
}

} // namespace xentree
