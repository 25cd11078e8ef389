#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/worker_pool.h"
#include "features/audit/audit_log.h"
#include "features/integration_tokens/key_store.h"

namespace xentree {

// Gives organizations that have a signing key the next one: by age, and at an operator's word. The next key
// is published six minutes before it signs: a copy of the key set is kept for five at most, so whoever
// verifies has it by then. All functions block, and several nodes may run them at once. Any thread.
class KeyRotation {
  public:
    static constexpr std::chrono::minutes published_before{6};

    struct Parts {
        Database& database;
        const MasterKey& master_key;
        const Clock& clock;
        const AuditLog& audit;
        WorkerPool& making; // where keys are made
        std::chrono::days longest_use;
    };
    explicit KeyRotation(Parts parts) : parts_(parts) {}

    // One organization whose key signs for longer than it should gets the next one. Meant for every few
    // seconds: so a million organizations are served in turn and upkeep waits for one key at most.
    void rotate_one_due();
    // Deletes up to 1,000 keys whose last token has expired. Meant for every minute.
    void forget_old();

    // The organization of this id or slug. Throws std::runtime_error, for the operator, where there is none.
    OrganizationId find_organization(const std::string& name) const;

    struct Outcome {
        std::string kid;
        Instant activates_at;
        bool is_new; // false: it was published before
    };
    // Publishes the next key; nothing where the organization has no key yet.
    std::optional<Outcome> rotate(OrganizationId organization);
    // The same for all that have a key; `report` is told of each.
    void rotate_all(const std::function<void(OrganizationId, const Outcome&)>& report);

    // Deletes all keys of the organization, or of all organizations, with what they signed: a new first key
    // is made when one is needed. Answers how many.
    std::int64_t withdraw(OrganizationId organization);
    std::int64_t withdraw_all();

  private:
    enum class Reason { age, command };
    std::optional<Outcome> publish_next(OrganizationId organization, Instant until, Reason reason);

    Parts parts_;
};

} // namespace xentree
