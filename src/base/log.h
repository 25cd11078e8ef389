#pragma once
#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

namespace xentree {

enum class LogFormat { text, json };
enum class LogLevel { debug, info, warning, error };

// Lines on standard error, written by a thread of their own; under a flood the oldest unwritten lines are
// dropped and their number is told. Call once at start. Any thread may log.
void start_logging(LogFormat format, LogLevel level);
void stop_logging();

namespace detail {
bool is_logged(LogLevel level);
void write_log(LogLevel level, std::string_view request_id, std::string_view message);
} // namespace detail

// Never pass a secret: password, token, key, or a header or body that may hold one.
template<class... Args>
void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
    if (detail::is_logged(level))
        detail::write_log(level, {}, fmt::format(format, std::forward<Args>(args)...));
}

// A line that belongs to a request; in JSON the id is the member "request_id".
template<class... Args>
void log_request(LogLevel level, std::string_view request_id, fmt::format_string<Args...> format,
                 Args&&... args) {
    if (detail::is_logged(level))
        detail::write_log(level, request_id, fmt::format(format, std::forward<Args>(args)...));
}

} // namespace xentree
