#include "security/secret_token.h"

#include <sodium.h>

#include <array>
#include <cstdint>

#include "base/text.h"

namespace xentree {

std::string make_secret_token() {
    std::array<std::uint8_t, 32> random;
    randombytes_buf(random.data(), random.size());
    return encode_base64url(random);
}

} // namespace xentree
