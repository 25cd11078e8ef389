#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace xentree {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

// A moment in UTC, to the millisecond: what the API shows and the database keeps.
using Instant = std::chrono::sys_time<Milliseconds>;

// RFC 3339 in UTC with milliseconds: 2026-05-04T09:20:00.000Z. For the years 0000 to 9999.
std::string format_instant(Instant instant);
// RFC 3339 with any offset; digits past the millisecond are dropped. A leap second is the second after it.
std::optional<Instant> parse_instant(std::string_view text);

// Whether the text names a zone of the IANA database on this machine, in the database's own case.
bool is_time_zone(std::string_view name);

// The begin of a day (2026-05-04) in a zone of that database; where it has no midnight, its first moment.
// Nothing where the text is no date, there is no such zone, or format_instant cannot write the moment.
std::optional<Instant> begin_of_day(std::string_view date, std::string_view zone);

// Where all code gets the time from; no other reads the system's clock. Any thread.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
};

std::unique_ptr<Clock> make_system_clock();

// The system's clock moved by the number of milliseconds that stands as a signed 64-bit integer of this
// machine's byte order in the first 8 bytes of a file; the file is mapped, so a test that writes it moves a
// running server. Throws std::system_error where the file cannot be read.
std::unique_ptr<Clock> make_shifted_clock(const std::string& offset_file);

// A clock for tests in the same process.
class SetClock final : public Clock {
  public:
    explicit SetClock(Instant start) : now_(start) {}
    Instant now() const override { return now_; }
    void set(Instant now) { now_ = now; }
    void advance(Milliseconds by) { now_ += by; }

  private:
    Instant now_;
};

} // namespace xentree
