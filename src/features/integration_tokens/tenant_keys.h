#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/worker_pool.h"
#include "features/integration_tokens/key_ring.h"
#include "security/integration_token.h"
#include "storage/database.h"
#include "storage/recently_used.h"

namespace xentree {

struct SignedToken {
    std::string token;
    std::string kid;
};

struct PublishedKey {
    std::string kid;
    std::string n, e; // base64url
    std::string fingerprint;
    IntegrationKeyStatus status;
};

// The keys that organizations sign their integration tokens with: a pair of their own for each, made when it
// is first needed and kept in the database, the private half sealed with the master key. All nodes share
// them.
//
// What may be stale: whether a key is good to verify with is remembered for 10 seconds, so one that was
// withdrawn (`rotate-keys --now`) or that went with its organization may be found that long. Which key signs
// and what is published is read each time. None of this looks at memberships: whoever acts for somebody does,
// in the transaction that acts. Any thread.
class TenantKeys {
  public:
    struct Parts {
        Database& database;
        const MasterKey& master_key;
        const Clock& clock;
        WorkerPool& making; // where keys are made: one thread
    };
    explicit TenantKeys(Parts parts);

    // Tries the master key on what the database has. Throws std::runtime_error, for the operator, where it
    // does not open it. Blocks.
    static void check(Database& database, const MasterKey& master_key);

    // Signs with the organization's active key. Throws ApiError: not_found (no such organization),
    // unavailable (too much waits to be signed).
    Task<SignedToken> sign(OrganizationId organization, IntegrationClaims claims);
    // The token of those claims again, by the key that signed it first. Nothing where that key is gone: then
    // the token is void too.
    Task<std::optional<std::string>> sign_again(OrganizationId organization, std::string kid,
                                                IntegrationClaims claims);
    // The key that a token names; nothing where its organization has none of that kid, or no more. An unknown
    // kid of an organization that is known here is looked up once a second at most, so that made-up kids cost
    // no more than that.
    Task<std::optional<RsaPublicKey>> find(OrganizationId organization, std::string kid);
    // At most 20: the active one, coming ones, retired ones. Throws ApiError(not_found).
    Task<std::vector<PublishedKey>> published(OrganizationId organization);

    // See WorkerPool::finish.
    void finish() { signing_.finish(); }

  private:
    using Ring = std::shared_ptr<const KeyRing>;

    Ring remembered(OrganizationId organization);
    Task<Ring> read(OrganizationId organization);
    Task<Ring> read_or_make(OrganizationId organization);
    void make_first(OrganizationId organization);
    void remember(OrganizationId organization, Ring ring);
    Task<std::string> sign_with(std::shared_ptr<const TenantKey> key, IntegrationClaims claims);

    Parts parts_;
    WorkerPool signing_;
    std::mutex mutex_;
    RecentlyUsed<Ring> rings_; // by the organization's bytes
};

} // namespace xentree
