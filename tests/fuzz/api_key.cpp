// First 60 bytes: what an API key is made of. All bytes: a key as a stranger may send it.
#include <zlib.h>

#include "base/text.h"
#include "fuzz.h"
#include "security/api_key.h"

namespace xentree::fuzz {
namespace {

constexpr std::size_t random_bytes = 60;

// As api_key.h describes it.
std::string key_of(std::string_view random) {
    std::string bytes(random);
    const auto checksum = crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    for (const int shift : {24, 16, 8, 0})
        bytes += static_cast<char>(checksum >> shift & 0xFF);
    return "xntr-" + encode_base64url({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

void try_key(const std::string& key) {
    require(is_api_key(key), "a key that is well made has the form of one");
    for (std::size_t place = 0; place < key.size(); ++place) {
        std::string changed = key;
        changed[place] = changed[place] == 'A' ? 'B' : 'A';
        require(!is_api_key(changed), "a mistyped key has not");
    }
    require(!is_api_key(key + "A") && !is_api_key(key.substr(1)), "nor one with more or less");
}

void try_foreign(std::string_view text) {
    if (!is_api_key(text))
        return;
    const auto bytes = decode_base64url(text.substr(5));
    require(bytes && key_of(bytes->substr(0, random_bytes)) == text, "a key has one spelling");
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree::fuzz;
    const auto text = as_text(data, size);
    if (text.size() >= random_bytes)
        try_key(key_of(text.substr(0, random_bytes)));
    try_foreign(text);
    return 0;
}
