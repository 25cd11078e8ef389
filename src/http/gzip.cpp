#include "http/gzip.h"

#include <zlib.h>

#include <stdexcept>

#include "base/text.h"

namespace xentree {

namespace {

constexpr int gzip_window = 15 + 16; // 16 asks zlib for the gzip form

} // namespace

std::string gzip(std::string_view bytes) {
    z_stream stream{};
    if (deflateInit2(&stream, 4, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib cannot start");
    std::string packed(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const int result = deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (result != Z_STREAM_END)
        throw std::runtime_error("zlib cannot pack");
    return packed;
}

std::string gunzip(std::string_view packed) {
    z_stream stream{};
    if (inflateInit2(&stream, gzip_window) != Z_OK)
        throw std::runtime_error("zlib cannot start");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    std::string bytes;
    int result = Z_OK;
    while (result == Z_OK) {
        bytes.resize(stream.total_out + 4 * packed.size() + 64);
        stream.next_out = reinterpret_cast<Bytef*>(bytes.data() + stream.total_out);
        stream.avail_out = static_cast<uInt>(bytes.size() - stream.total_out);
        result = inflate(&stream, Z_NO_FLUSH);
    }
    bytes.resize(stream.total_out);
    bytes.shrink_to_fit();
    inflateEnd(&stream);
    if (result != Z_STREAM_END)
        throw std::runtime_error("zlib cannot unpack");
    return bytes;
}

namespace {

// q=0, q=0., q=0.0 and so on (RFC 9110, section 12.4.2).
bool is_zero_weight(std::string_view parameter) {
    const std::string weight = ascii_lower(parameter);
    return weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == std::string::npos;
}

} // namespace

bool accepts_gzip(std::string_view accept_encoding) {
    bool by_star = false;
    while (!accept_encoding.empty()) {
        const auto comma = accept_encoding.find(',');
        const auto item = accept_encoding.substr(0, comma);
        accept_encoding =
            comma == std::string_view::npos ? std::string_view() : accept_encoding.substr(comma + 1);
        const auto semicolon = item.find(';');
        const std::string coding = ascii_lower(trim(item.substr(0, semicolon)));
        const auto weight =
            semicolon == std::string_view::npos ? std::string_view() : trim(item.substr(semicolon + 1));
        const bool refused = is_zero_weight(weight);
        if (coding == "gzip" || coding == "x-gzip")
            return !refused;
        if (coding == "*")
            by_star = !refused;
    }
    return by_star;
}

} // namespace xentree
