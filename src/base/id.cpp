#include "base/id.h"

#include <sodium.h>

#include <atomic>
#include <cstring>

namespace xentree {

namespace {

// A system call for each id would cost more than all the rest of it.
std::uint64_t random_bits() {
    thread_local std::array<std::uint64_t, 64> drawn;
    thread_local std::size_t used = drawn.size();
    if (used == drawn.size()) {
        randombytes_buf(drawn.data(), sizeof drawn);
        used = 0;
    }
    return std::exchange(drawn[used++], 0);
}

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

bool is_dash_place(std::size_t place) {
    return place == 8 || place == 13 || place == 18 || place == 23;
}

} // namespace

std::optional<UuidBytes> parse_uuid(std::string_view text) {
    if (text.size() != 36)
        return std::nullopt;
    UuidBytes bytes{};
    std::size_t digits = 0;
    for (std::size_t place = 0; place < text.size(); ++place) {
        if (is_dash_place(place)) {
            if (text[place] != '-')
                return std::nullopt;
            continue;
        }
        const int value = hex_value(text[place]);
        if (value < 0)
            return std::nullopt;
        bytes[digits / 2] = static_cast<std::uint8_t>(bytes[digits / 2] << 4 | value);
        ++digits;
    }
    return bytes;
}

std::string format_uuid(const UuidBytes& bytes) {
    static constexpr char hex[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (is_dash_place(text.size()))
            text += '-';
        text += hex[bytes[i] >> 4];
        text += hex[bytes[i] & 15];
    }
    return text;
}

UuidBytes make_uuid7(Instant now) {
    // The upper 48 bits are milliseconds, the lower 12 the field rand_a, used as a counter (RFC 9562, 6.2).
    static std::atomic<std::uint64_t> last{0};
    const std::uint64_t random = random_bits();
    // The counter begins in the lower half, so that it has room to count within the millisecond.
    const auto begin =
        static_cast<std::uint64_t>(now.time_since_epoch().count()) << 12 | (random >> 53 & 0x7ff);
    std::uint64_t previous = last.load(std::memory_order_relaxed);
    std::uint64_t mine;
    do {
        mine = std::max(begin, previous + 1);
    } while (!last.compare_exchange_weak(previous, mine, std::memory_order_relaxed));

    const std::uint64_t high = (mine >> 12) << 16 | 0x7000 | (mine & 0xfff);
    const std::uint64_t low = (random_bits() & 0x3fff'ffff'ffff'ffff) | 0x8000'0000'0000'0000;
    UuidBytes bytes;
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
        bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
    }
    return bytes;
}

} // namespace xentree
