#pragma once
#include <mutex>
#include <optional>
#include <string>

#include "base/id.h"
#include "security/master_key.h"
#include "security/rsa_key.h"

namespace xentree {

// The two halves of one signing key of an organization. Any thread.
class TenantKey {
  public:
    // As the database has them: the private half sealed, the public one as DER SubjectPublicKeyInfo. Throws
    // std::runtime_error where the public half is none.
    struct Stored {
        std::string kid;
        std::string sealed_private_key;
        std::string public_key;
    };
    TenantKey(OrganizationId organization, Stored stored);

    // A new one; its kid is the day and a random number. Takes about 100 ms: not for an I/O thread.
    static Stored make(const MasterKey& master_key, OrganizationId organization, Instant now);

    const std::string& kid() const { return stored_.kid; }
    const RsaPublicKey& public_key() const { return public_key_; }
    bool is(const Stored& other) const;

    // Opened when it is first needed, then kept. Throws std::runtime_error, for the operator, where the
    // master key does not open it.
    const RsaKey& private_key(const MasterKey& master_key) const;

  private:
    OrganizationId organization_;
    Stored stored_;
    RsaPublicKey public_key_;
    mutable std::mutex mutex_;
    mutable std::optional<RsaKey> private_key_;
};

} // namespace xentree
