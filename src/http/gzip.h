#pragma once
#include <string>
#include <string_view>

namespace xentree {

// RFC 1952.
std::string gzip(std::string_view bytes);

// Throws std::runtime_error where `packed` is not whole.
std::string gunzip(std::string_view packed);

// Whether an Accept-Encoding header (RFC 9110, section 12.5.3) takes gzip.
bool accepts_gzip(std::string_view accept_encoding);

} // namespace xentree
