#pragma once
#include <boost/describe.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "features/integration_tokens/tenant_key.h"

namespace xentree {

BOOST_DEFINE_ENUM_CLASS(IntegrationKeyStatus, next, active, retired)

// The keys of one organization as they were in the database at one moment. Which of them is active follows
// from the time alone, so all nodes change over at the same moment without being told.
struct KeyRing {
    // A key that no longer signs is kept until the last token that it signed has expired on every node's
    // clock.
    static constexpr Seconds longest_token_life{900};
    static constexpr Seconds clock_difference{300};

    struct Entry {
        std::shared_ptr<const TenantKey> key;
        Instant activates_at;
        std::optional<Instant> retired_at; // when the one after it activates
    };

    std::vector<Entry> entries; // by activates_at
    Instant read_at;

    // Null where every key is retired, or there is none. Where the clock was set back before the first key's
    // time, that one signs.
    const Entry* active(Instant now) const;
    const Entry* find(std::string_view kid) const; // null without one
    IntegrationKeyStatus status(const Entry& entry, Instant now) const;

    static bool is_kept(const Entry& entry, Instant now) {
        return !entry.retired_at || now <= *entry.retired_at + longest_token_life + clock_difference;
    }
};

} // namespace xentree
