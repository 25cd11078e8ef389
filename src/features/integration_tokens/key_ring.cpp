#include "features/integration_tokens/key_ring.h"

namespace xentree {

const KeyRing::Entry* KeyRing::active(Instant now) const {
    const Entry* found = nullptr;
    for (const auto& entry : entries) {
        const bool is_retired = entry.retired_at && *entry.retired_at <= now;
        if (!is_retired && (!found || entry.activates_at <= now))
            found = &entry;
    }
    return found;
}

const KeyRing::Entry* KeyRing::find(std::string_view kid) const {
    for (const auto& entry : entries) {
        if (entry.key->kid() == kid)
            return &entry;
    }
    return nullptr;
}

IntegrationKeyStatus KeyRing::status(const Entry& entry, Instant now) const {
    if (&entry == active(now))
        return IntegrationKeyStatus::active;
    return entry.retired_at && *entry.retired_at <= now ? IntegrationKeyStatus::retired
                                                        : IntegrationKeyStatus::next;
}

} // namespace xentree
