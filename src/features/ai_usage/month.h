#pragma once
#include <string>

#include "base/time.h"

// Calendar months in UTC, the periods of quotas.
namespace xentree {

inline std::string month_name(Instant instant) {
    return format_instant(instant).substr(0, 7); // YYYY-MM
}

// The first moment of the month after.
inline Instant next_month(Instant instant) {
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(instant));
    return std::chrono::sys_days((day.year() / day.month() + std::chrono::months(1)) / 1);
}

} // namespace xentree
