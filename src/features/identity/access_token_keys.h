#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "security/access_token.h"
#include "security/master_key.h"
#include "storage/database.h"

namespace xentree {

// The keys that access tokens are signed with: kept in the database, sealed with the master key, shared by
// all nodes. The one that is not retired signs; a retired one verifies until the last token that it signed
// has run out. Any thread.
class AccessTokenKeys {
  public:
    AccessTokenKeys(Database& database, const MasterKey& master_key, const Clock& clock);

    // Reads them, and makes the first. Throws std::runtime_error, for the operator, where the master key does
    // not open them. Blocks.
    void load();
    // Makes a new one and retires the others. Blocks.
    void rotate();
    // Reads what other nodes have changed, and rotates where the newest is older than 30 days. Blocks.
    void upkeep();

    AccessTokenKey current() const;
    // The key of that id, also where another node has made it a moment ago.
    Task<std::optional<AccessTokenKey>> find(std::string id);

  private:
    struct Entry {
        AccessTokenKey key;
        Instant created;
        std::optional<Instant> retired;
    };
    using Ring = std::vector<Entry>; // newest first

    Ring read_ring(Reader& db) const;
    void insert(Writer& db) const;
    const AccessTokenKey* find_in(const Ring& ring, const std::string& id) const;

    Database& database_;
    MasterKey master_key_;
    const Clock& clock_;
    std::atomic<std::shared_ptr<const Ring>> ring_;
};

} // namespace xentree
