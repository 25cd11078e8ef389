#include "base/log.h"

#include <boost/json.hpp>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/text.h"
#include "base/time.h"

namespace xentree {

namespace {

constexpr std::size_t waiting_lines = 8192;
constexpr std::size_t longest_message = 1024; // bytes

LogFormat format = LogFormat::text;
std::shared_ptr<spdlog::logger> logger;

Instant now() {
    static const std::unique_ptr<Clock> clock = make_system_clock();
    return clock->now();
}

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
    case LogLevel::debug:
        return spdlog::level::debug;
    case LogLevel::info:
        return spdlog::level::info;
    case LogLevel::warning:
        return spdlog::level::warn;
    case LogLevel::error:
        return spdlog::level::err;
    }
    return spdlog::level::err;
}

std::string_view name_of(LogLevel level) {
    switch (level) {
    case LogLevel::debug:
        return "debug";
    case LogLevel::info:
        return "info";
    case LogLevel::warning:
        return "warning";
    case LogLevel::error:
        return "error";
    }
    return "error";
}

std::string json_line(LogLevel level, std::string_view request_id, std::string_view message) {
    boost::json::object line{{"time", format_instant(now())}, {"level", name_of(level)}};
    if (!request_id.empty())
        line["request_id"] = request_id;
    line["message"] = message;
    return boost::json::serialize(line);
}

// What comes from outside must neither look like a line of ours nor move a terminal, and cannot fill the log.
std::string clean(std::string_view message) {
    message = message.substr(0, longest_message);
    if (is_utf8(message) && !has_control_character(message))
        return std::string(message);
    std::string cleaned;
    for (const char letter : message) {
        const auto byte = static_cast<unsigned char>(letter);
        cleaned += byte >= 0x20 && byte < 0x7f ? std::string(1, letter) : fmt::format("\\x{:02x}", byte);
    }
    return cleaned;
}

std::string text_line(LogLevel level, std::string_view request_id, std::string_view message) {
    auto line = fmt::format("{} {:7} {}", format_instant(now()), name_of(level), message);
    if (!request_id.empty())
        line += fmt::format(" [{}]", request_id);
    return line;
}

} // namespace

void start_logging(LogFormat wanted, LogLevel level) {
    format = wanted;
    spdlog::init_thread_pool(waiting_lines, 1);
    logger = spdlog::create_async_nb<spdlog::sinks::stderr_sink_mt>("xentree");
    logger->set_pattern("%v");
    logger->set_level(level_of(level));
    logger->flush_on(spdlog::level::warn);
    spdlog::flush_every(std::chrono::seconds(1));
}

void stop_logging() {
    if (!logger)
        return;
    const auto dropped = spdlog::thread_pool()->overrun_counter();
    if (dropped > 0)
        detail::write_log(LogLevel::warning, {},
                          fmt::format("{} log lines were dropped under load", dropped));
    logger.reset();
    spdlog::shutdown();
}

namespace detail {

bool is_logged(LogLevel level) {
    return logger && logger->should_log(level_of(level));
}

void write_log(LogLevel level, std::string_view request_id, std::string_view message) {
    const std::string cleaned = clean(message);
    logger->log(level_of(level), format == LogFormat::json ? json_line(level, request_id, cleaned)
                                                           : text_line(level, request_id, cleaned));
}

} // namespace detail

} // namespace xentree
