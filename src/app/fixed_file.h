#pragma once
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/answer.h"
#include "http/request.h"

namespace xentree {

// A file that is the same for everybody as long as the program runs. It is kept in the gzip form and sent
// from where it lies; who does not take gzip gets it plain, for which it is unpacked once. Any thread.
class FixedFile {
  public:
    struct Description {
        std::string content_type;
        std::vector<std::pair<std::string, std::string>> headers; // beside those of caching and encoding
    };
    // `packed` is in the gzip form and outlives this.
    FixedFile(Description description, std::string_view packed);
    FixedFile(const FixedFile&) = delete;
    FixedFile& operator=(const FixedFile&) = delete;

    // 200, or 304 where the client has it (RFC 9110, section 13.1.2). Good while this lives.
    Answer answer(const RequestHead& head) const;

  private:
    std::string_view plain() const;

    Description description_;
    std::string_view packed_;
    std::string etag_;
    mutable std::once_flag unpacked_;
    mutable std::string plain_;
};

} // namespace xentree
