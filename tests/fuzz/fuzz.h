#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// What the fuzz targets share. A target is one function that takes bytes of libFuzzer's choice and requires
// what has to hold of every input; see CONTRIBUTING.md.
namespace xentree::fuzz {

// Ends the program where it does not hold, so that libFuzzer keeps the input.
inline void require(bool holds, const char* what) {
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

// An input that is several texts: a line each, and the rest as it is.
class Lines {
  public:
    explicit Lines(std::string_view text) : rest_(text) {}
    std::string_view next() {
        const auto line = rest_.substr(0, rest_.find('\n'));
        rest_.remove_prefix(line.size() == rest_.size() ? line.size() : line.size() + 1);
        return line;
    }
    std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
};

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

} // namespace xentree::fuzz
