#pragma once
#include <string>
#include <string_view>

namespace xentree {

// An API key is 91 characters: `xntr-` and the unpadded base64url of 60 random bytes and their CRC-32
// (zlib's, big endian). The checksum lets a scanner tell a leaked key from a look-alike without asking the
// server.
std::string make_api_key();

// Whether the form and the checksum are right; whether such a key exists only the database knows.
bool is_api_key(std::string_view text);

} // namespace xentree
