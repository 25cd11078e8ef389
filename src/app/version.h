#pragma once
#include <string_view>

namespace xentree {

extern const std::string_view program_version; // 1.0.0
extern const std::string_view program_commit;  // 7 to 40 hexadecimal digits, or "unknown"

} // namespace xentree
