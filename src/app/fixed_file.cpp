#include "app/fixed_file.h"

#include <fmt/format.h>
#include <sodium.h>

#include "base/text.h"
#include "http/gzip.h"

namespace xentree {

namespace {

std::string etag_of(std::string_view bytes) {
    std::array<std::uint8_t, 16> digest;
    crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size(), nullptr, 0);
    return fmt::format("W/\"{}\"", encode_base64url(digest)); // weak: the plain form has it too
}

// By weak comparison (RFC 9110, section 13.1.2).
bool names_etag(std::string_view if_none_match, std::string_view etag) {
    const std::string_view opaque = etag.substr(2);
    return trim(if_none_match) == "*" || if_none_match.find(opaque) != std::string_view::npos;
}

} // namespace

FixedFile::FixedFile(Description description, std::string_view packed) :
    description_(std::move(description)), packed_(packed), etag_(etag_of(packed)) {}

std::string_view FixedFile::plain() const {
    std::call_once(unpacked_, [this] { plain_ = gunzip(packed_); });
    return plain_;
}

Answer FixedFile::answer(const RequestHead& head) const {
    Answer answer;
    answer.headers = {{"Vary", "Accept-Encoding"}, {"Cache-Control", "no-cache"}, {"ETag", etag_}};
    answer.headers.insert(answer.headers.end(), description_.headers.begin(), description_.headers.end());
    if (names_etag(head.header("If-None-Match"), etag_)) {
        answer.status = 304;
        return answer;
    }
    answer.content_type = description_.content_type;
    if (accepts_gzip(head.header("Accept-Encoding"))) {
        answer.lasting_body = packed_;
        answer.headers.emplace_back("Content-Encoding", "gzip");
    } else {
        answer.lasting_body = plain();
    }
    return answer;
}

} // namespace xentree
