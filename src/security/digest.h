#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace xentree {

// SHA-256: what is kept of a secret that is long and random (keys and tokens, not passwords).
std::array<std::uint8_t, 32> sha256(std::string_view text);

} // namespace xentree
