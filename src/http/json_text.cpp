#include "http/json_text.h"

#include <algorithm>

namespace xentree::detail {

namespace {

bool needs_escape(char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == '"' || letter == '\\';
}

} // namespace

void JsonText::put_string(std::string_view text) {
    if (std::any_of(text.begin(), text.end(), needs_escape))
        text_ += boost::json::serialize(boost::json::string_view(text.data(), text.size()));
    else
        put_plain(text);
}

} // namespace xentree::detail
