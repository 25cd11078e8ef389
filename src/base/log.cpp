#include "base/log.h"

#include <boost/json.hpp>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/time.h"

namespace xentree {

namespace {

constexpr std::size_t waiting_lines = 8192;

LogFormat format = LogFormat::text;
std::shared_ptr<spdlog::logger> logger;

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
    boost::json::object line{{"time", format_instant(make_system_clock()->now())}, {"level", name_of(level)}};
    if (!request_id.empty())
        line["request_id"] = request_id;
    line["message"] = message;
    return boost::json::serialize(line);
}

std::string text_line(LogLevel level, std::string_view request_id, std::string message) {
    // A line break from outside must not look like a line of ours.
    for (char& letter : message) {
        if (static_cast<unsigned char>(letter) < 0x20)
            letter = ' ';
    }
    auto line =
        fmt::format("{} {:7} {}", format_instant(make_system_clock()->now()), name_of(level), message);
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

void write_log(LogLevel level, std::string_view request_id, std::string message) {
    logger->log(level_of(level), format == LogFormat::json
                                     ? json_line(level, request_id, message)
                                     : text_line(level, request_id, std::move(message)));
}

} // namespace detail

} // namespace xentree
