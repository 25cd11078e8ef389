#include "base/time.h"

#include <date/tz.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>

namespace xentree {

namespace {

class SystemClock final : public Clock {
  public:
    Instant now() const override {
        return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    }
};

class ShiftedClock final : public Clock {
  public:
    explicit ShiftedClock(const std::string& offset_file) {
        const int file = ::open(offset_file.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0)
            throw std::system_error(errno, std::generic_category(), offset_file);
        void* const mapped = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
        const int fault = errno;
        ::close(file);
        if (mapped == MAP_FAILED)
            throw std::system_error(fault, std::generic_category(), offset_file);
        offset_ = static_cast<std::int64_t*>(mapped);
    }
    ~ShiftedClock() override { ::munmap(offset_, sizeof(std::int64_t)); }
    ShiftedClock(const ShiftedClock&) = delete;
    ShiftedClock& operator=(const ShiftedClock&) = delete;

    Instant now() const override {
        const std::atomic_ref<std::int64_t> offset(*offset_);
        return SystemClock().now() + Milliseconds(offset.load(std::memory_order_relaxed));
    }

  private:
    std::int64_t* offset_;
};

// The value of exactly `length` decimal digits at the front, which are taken off.
std::optional<int> take_digits(std::string_view& text, std::size_t length) {
    if (text.size() < length)
        return std::nullopt;
    int value = 0;
    for (const char digit : text.substr(0, length)) {
        if (digit < '0' || digit > '9')
            return std::nullopt;
        value = value * 10 + (digit - '0');
    }
    text.remove_prefix(length);
    return value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
    const auto year = take_digits(text, 4);
    const bool first = take(text, "-");
    const auto month = take_digits(text, 2);
    const bool second = take(text, "-");
    const auto day = take_digits(text, 2);
    if (!year || !first || !month || !second || !day)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

std::optional<Milliseconds> take_time_of_day(std::string_view& text) {
    const auto hour = take_digits(text, 2);
    const bool first = take(text, ":");
    const auto minute = take_digits(text, 2);
    const bool second_colon = take(text, ":");
    const auto second = take_digits(text, 2);
    if (!hour || !first || !minute || !second_colon || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    int milliseconds = 0;
    if (take(text, ".")) {
        int digits = 0;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
            if (digits < 3)
                milliseconds = milliseconds * 10 + (text.front() - '0');
        }
        if (digits == 0)
            return std::nullopt;
        for (; digits < 3; ++digits)
            milliseconds *= 10;
    }
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + Seconds(*second) +
           Milliseconds(milliseconds);
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    if (take(text, "Zz"))
        return std::chrono::minutes(0);
    const bool east = !text.empty() && text.front() == '+';
    if (!take(text, "+-"))
        return std::nullopt;
    const auto hour = take_digits(text, 2);
    const bool colon = take(text, ":");
    const auto minute = take_digits(text, 2);
    if (!hour || !colon || !minute || *hour > 23 || *minute > 59)
        return std::nullopt;
    const auto offset = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    return east ? offset : -offset;
}

// What format_instant can write.
std::optional<Instant> if_writable(Instant instant) {
    constexpr auto first = std::chrono::sys_days(std::chrono::year(0) / 1 / 1);
    constexpr auto end = std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1);
    return instant >= first && instant < end ? std::optional(instant) : std::nullopt;
}

} // namespace

std::string format_instant(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(instant - day);
    // By hand, for lists are full of times: fmt takes ten times as long.
    std::string text = "0000-00-00T00:00:00.000Z";
    const auto put = [&](std::size_t begin, std::size_t digits, auto value) {
        for (std::size_t place = begin + digits; place-- > begin; value /= 10)
            text[place] = static_cast<char>('0' + value % 10);
    };
    put(0, 4, static_cast<int>(date.year()));
    put(5, 2, static_cast<unsigned>(date.month()));
    put(8, 2, static_cast<unsigned>(date.day()));
    put(11, 2, time.hours().count());
    put(14, 2, time.minutes().count());
    put(17, 2, time.seconds().count());
    put(20, 3, time.subseconds().count());
    return text;
}

std::optional<Instant> parse_instant(std::string_view text) {
    const auto day = take_date(text);
    if (!day || !take(text, "Tt"))
        return std::nullopt;
    const auto time = take_time_of_day(text);
    if (!time)
        return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty())
        return std::nullopt;
    return if_writable(Instant(*day) + *time - *offset);
}

bool is_time_zone(std::string_view name) {
    // Debian keeps the same zones twice more below these, with other leap seconds, and settings of the
    // machine beside them.
    if (name.empty() || name.starts_with("posix/") || name.starts_with("right/") || name == "localtime" ||
        name == "posixrules")
        return false;
    try {
        return date::locate_zone(std::string(name))->name() == name;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::optional<Instant> begin_of_day(std::string_view date, std::string_view zone) {
    const auto day = take_date(date);
    if (!day || !date.empty() || !is_time_zone(zone))
        return std::nullopt;
    const date::local_time<Milliseconds> midnight(day->time_since_epoch());
    return if_writable(date::locate_zone(std::string(zone))->to_sys(midnight, date::choose::earliest));
}

std::unique_ptr<Clock> make_system_clock() {
    return std::make_unique<SystemClock>();
}

std::unique_ptr<Clock> make_shifted_clock(const std::string& offset_file) {
    return std::make_unique<ShiftedClock>(offset_file);
}

} // namespace xentree
