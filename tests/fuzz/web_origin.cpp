// A web origin as a client sends it.
#include "http/web_origin.h"
#include "base/text.h"
#include "fuzz.h"

namespace xentree::fuzz {
namespace {

// What follows the scheme of an origin has none of the letters that a user, a path, a query or a wildcard
// need.
void require_place(std::string_view place) {
    require(place.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.:-[]") == std::string_view::npos,
            "an origin has no more than scheme, host and port");
    const auto end_of_host = place.starts_with('[') ? place.find(']') + 1 : place.find(':');
    require(place.starts_with('[') == (place.find(']') != std::string_view::npos), "brackets come in pairs");
    const auto host = place.substr(0, end_of_host);
    require(!host.empty() && host.front() != '.' && host.back() != '.', "an origin is of a host");
    const auto rest = place.substr(std::min(host.size(), place.size()));
    require(rest.empty() || (rest.size() > 1 && rest[0] == ':' && rest[1] != '0'), "a port is one");
}

void try_origin(std::string_view text) {
    const auto origin = canonical_origin(text);
    if (!origin)
        return;
    require(canonical_origin(*origin) == origin, "an origin is its own form");
    require(ascii_lower(*origin) == *origin, "an origin is in small letters");
    const std::string_view form = *origin;
    if (form == "http://localhost" || form.starts_with("http://localhost:"))
        return require_place(form.substr(7));
    require(form.starts_with("https://"), "an origin is secure, or local");
    require_place(form.substr(8));
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree;
    fuzz::try_origin(fuzz::as_text(data, size));
    return 0;
}
