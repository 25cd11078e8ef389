#pragma once
#include <string>
#include <string_view>

// Model servers cut their answers between tokens, and a token may be half a character. WTF-8
// (https://simonsapin.github.io/wtf-8/) holds such halves: UTF-8 in which a lone surrogate has its three
// bytes.
namespace xentree::remote {

// The JSON text with the escapes of lone surrogates, which parsers refuse, as WTF-8.
std::string unescape_lone_surrogates(std::string_view json);

// Makes UTF-8 of WTF-8 that comes in pieces. Half a character is held until the next piece brings the other
// half; what is no character becomes U+FFFD.
class Utf8Joiner {
  public:
    // The characters that this piece completes.
    std::string take(std::string_view piece);
    // What is held, at the end.
    std::string finish();

  private:
    std::string held_;
};

} // namespace xentree::remote
