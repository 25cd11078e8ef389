#include "security/api_key.h"

#include <sodium.h>
#include <zlib.h>

#include <array>

#include "base/text.h"

namespace xentree {

namespace {

constexpr std::string_view prefix = "xntr-";
constexpr std::size_t random_bytes = 60;
constexpr std::size_t checksum_bytes = 4;
constexpr std::size_t key_length = 91;

using Checksum = std::array<std::uint8_t, checksum_bytes>;

Checksum checksum_of(const std::uint8_t* bytes) {
    const auto crc = static_cast<std::uint32_t>(crc32_z(0, bytes, random_bytes));
    return {static_cast<std::uint8_t>(crc >> 24), static_cast<std::uint8_t>(crc >> 16),
            static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc)};
}

} // namespace

std::string make_api_key() {
    std::array<std::uint8_t, random_bytes + checksum_bytes> bytes;
    randombytes_buf(bytes.data(), random_bytes);
    const Checksum checksum = checksum_of(bytes.data());
    std::copy(checksum.begin(), checksum.end(), bytes.begin() + random_bytes);
    return std::string(prefix) + encode_base64url(bytes);
}

bool is_api_key(std::string_view text) {
    if (text.size() != key_length || !text.starts_with(prefix))
        return false;
    const auto bytes = decode_base64url(text.substr(prefix.size()));
    if (!bytes)
        return false;
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(bytes->data());
    const Checksum checksum = checksum_of(begin);
    return std::equal(checksum.begin(), checksum.end(), begin + random_bytes);
}

} // namespace xentree
