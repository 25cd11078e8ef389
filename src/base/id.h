#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace xentree {

// 16 bytes in network order (RFC 9562).
using UuidBytes = std::array<std::uint8_t, 16>;

// The canonical form of RFC 9562, 8-4-4-4-12; capitals are taken, braces and urn: are not.
std::optional<UuidBytes> parse_uuid(std::string_view text);
std::string format_uuid(const UuidBytes& bytes);

// UUID version 7 (RFC 9562, section 5.7) of the instant. Within a process each is greater than the one
// before, also when the clock stands still or is set back. Any thread.
UuidBytes make_uuid7(Instant now);

// An id that cannot be mistaken for one of another kind.
template<class Kind>
struct Id {
    UuidBytes bytes{};

    static Id make(Instant now) { return {make_uuid7(now)}; }
    static std::optional<Id> parse(std::string_view text) {
        const auto bytes = parse_uuid(text);
        return bytes ? std::optional(Id{*bytes}) : std::nullopt;
    }
    std::string text() const { return format_uuid(bytes); }
    auto operator<=>(const Id&) const = default;
};

using UserId = Id<struct UserKind>;
using OrganizationId = Id<struct OrganizationKind>;
using SessionId = Id<struct SessionKind>;
using ApiKeyId = Id<struct ApiKeyKind>;
using ConversationId = Id<struct ConversationKind>;
using MessageId = Id<struct MessageKind>;
using InvitationId = Id<struct InvitationKind>;
using IntegrationTokenId = Id<struct IntegrationTokenKind>;
using ConnectionId = Id<struct ConnectionKind>;
using AuditId = Id<struct AuditKind>;
using RequestId = Id<struct RequestKind>;

} // namespace xentree

template<class Kind>
struct std::hash<xentree::Id<Kind>> {
    std::size_t operator()(const xentree::Id<Kind>& id) const noexcept {
        return std::hash<std::string_view>{}(
            {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
    }
};
