#pragma once
#include <string>

namespace xentree {

// A secret of one use: 43 characters of base64url, 32 random bytes. Of it the SHA-256 is kept. Any thread.
std::string make_secret_token();

} // namespace xentree
