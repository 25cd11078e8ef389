#include "features/identity/access_token_keys.h"

#include <sodium.h>

#include <stdexcept>

#include "base/text.h"
#include "features/identity/sessions.h"

namespace xentree {

namespace {

constexpr std::chrono::hours longest_use{30 * 24};
// Other nodes sign with a retired key until their next upkeep.
constexpr std::chrono::minutes grace{5};
constexpr std::string_view purpose = "access token key";

struct KeyRow {
    std::string id;
    Blob sealed_secret;
    Instant created_at;
    std::optional<Instant> retired_at;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (), (id, sealed_secret, created_at, retired_at))

} // namespace

AccessTokenKeys::AccessTokenKeys(Database& database, const MasterKey& master_key, const Clock& clock) :
    database_(database), master_key_(master_key), clock_(clock) {}

void AccessTokenKeys::load() {
    Ring ring;
    database_.write_now([&](Writer& db) {
        ring = read_ring(db);
        if (ring.empty() || ring.front().retired) {
            insert(db);
            ring = read_ring(db);
        }
    });
    ring_.store(std::make_shared<const Ring>(std::move(ring)));
}

void AccessTokenKeys::rotate() {
    database_.write_now([&](Writer& db) {
        db.run("UPDATE access_token_keys SET retired_at = $1 WHERE retired_at IS NULL", clock_.now());
        insert(db);
    });
    load();
}

void AccessTokenKeys::upkeep() {
    load();
    if (clock_.now() - ring_.load()->front().created > longest_use)
        rotate();
}

AccessTokenKey AccessTokenKeys::current() const {
    return ring_.load()->front().key;
}

Task<std::optional<AccessTokenKey>> AccessTokenKeys::find(std::string id) {
    auto ring = ring_.load();
    if (const auto* key = find_in(*ring, id))
        co_return *key;
    Ring fresh = co_await database_.read([this](Reader& db) { return read_ring(db); });
    ring = std::make_shared<const Ring>(std::move(fresh));
    const auto* key = find_in(*ring, id);
    if (!key)
        co_return std::nullopt;
    ring_.store(ring);
    co_return *key;
}

AccessTokenKeys::Ring AccessTokenKeys::read_ring(Reader& db) const {
    Ring ring;
    const Instant oldest = clock_.now() - Sessions::access_token_life - grace;
    for (const auto& row :
         db.all<KeyRow>("SELECT id, sealed_secret, created_at, retired_at FROM access_token_keys "
                        "WHERE retired_at IS NULL OR retired_at > $1 ORDER BY CASE WHEN retired_at IS NULL "
                        "THEN 0 ELSE 1 END, created_at DESC, id DESC",
                        oldest)) {
        const auto secret = master_key_.open(row.sealed_secret.bytes, purpose);
        if (!secret || secret->size() != SecretKey().size())
            throw std::runtime_error(
                "The master key does not fit this database: it cannot open the keys that access tokens are "
                "signed "
                "with. Start with the master key that the database was made with (--master-key-file). If it "
                "is lost, "
                "delete the rows of the table access_token_keys: access tokens made before stop working "
                "then, and "
                "clients refresh them.");
        Entry entry{{row.id, {}}, row.created_at, row.retired_at};
        std::copy(secret->begin(), secret->end(), entry.key.secret.begin());
        ring.push_back(std::move(entry));
    }
    return ring;
}

void AccessTokenKeys::insert(Writer& db) const {
    std::array<std::uint8_t, 6> id;
    randombytes_buf(id.data(), id.size());
    std::string secret(SecretKey().size(), '\0');
    randombytes_buf(secret.data(), secret.size());
    const Blob sealed{master_key_.seal(secret, purpose)};
    db.run("INSERT INTO access_token_keys (id, sealed_secret, created_at) VALUES ($1, $2, $3)",
           encode_base64url(id), sealed, clock_.now());
}

const AccessTokenKey* AccessTokenKeys::find_in(const Ring& ring, const std::string& id) const {
    for (const auto& entry : ring) {
        const bool over =
            entry.retired && clock_.now() > *entry.retired + Sessions::access_token_life + grace;
        if (entry.key.id == id && !over)
            return &entry.key;
    }
    return nullptr;
}

} // namespace xentree
