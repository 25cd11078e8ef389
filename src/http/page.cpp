#include "http/page.h"

#include <sodium.h>

#include "base/text.h"

namespace xentree {

namespace {

constexpr std::chrono::hours cursor_life{24};
constexpr std::size_t tag_size = 16;

std::span<const std::uint8_t> as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace

std::string CursorCodec::encode(const boost::json::array& position, std::string_view purpose,
                                Instant now) const {
    const boost::json::array payload{now.time_since_epoch().count(), position};
    const std::string text = boost::json::serialize(payload);
    const auto tag = authenticate(text, purpose);
    return encode_base64url(as_bytes(std::string(tag.begin(), tag.end()) + text));
}

std::optional<boost::json::array> CursorCodec::decode(std::string_view cursor, std::string_view purpose,
                                                      Instant now) const {
    const auto bytes = decode_base64url(cursor);
    if (!bytes || bytes->size() <= tag_size)
        return std::nullopt;
    const std::string_view payload = std::string_view(*bytes).substr(tag_size);
    const auto tag = authenticate(payload, purpose);
    if (sodium_memcmp(tag.data(), bytes->data(), tag_size) != 0)
        return std::nullopt;
    const auto parts = boost::json::parse(payload).as_array();
    const Instant made(Milliseconds(parts.at(0).to_number<std::int64_t>()));
    if (now - made > cursor_life)
        return std::nullopt;
    return parts.at(1).as_array();
}

std::array<std::uint8_t, 16> CursorCodec::authenticate(std::string_view payload,
                                                       std::string_view purpose) const {
    std::array<std::uint8_t, 16> tag;
    crypto_generichash_state state;
    crypto_generichash_init(&state, key_.data(), key_.size(), tag.size());
    const std::uint64_t purpose_size = purpose.size(); // so that the two parts cannot be shifted
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&purpose_size),
                              sizeof purpose_size);
    crypto_generichash_update(&state, as_bytes(purpose).data(), purpose.size());
    crypto_generichash_update(&state, as_bytes(payload).data(), payload.size());
    crypto_generichash_final(&state, tag.data(), tag.size());
    return tag;
}

} // namespace xentree
