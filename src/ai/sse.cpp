#include "ai/sse.h"

#include <stdexcept>

namespace xentree {

std::vector<SseEvent> SseParser::feed(std::string_view bytes) {
    require_within_limit();
    std::vector<SseEvent> events;
    while (!bytes.empty()) {
        if (std::exchange(ended_with_cr_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const auto end = bytes.find_first_of("\r\n");
        const auto part = bytes.substr(0, end);
        if (line_.size() + data_.size() + part.size() > event_limit_) {
            is_too_long_ = true;
            if (events.empty())
                require_within_limit();
            break;
        }
        line_ += part;
        if (end == std::string_view::npos)
            break;
        ended_with_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        take_line(events);
    }
    return events;
}

std::optional<SseEvent> SseParser::finish() {
    require_within_limit();
    std::vector<SseEvent> events;
    if (!line_.empty())
        take_line(events);
    take_line(events);
    return events.empty() ? std::nullopt : std::optional(std::move(events.front()));
}

void SseParser::require_within_limit() const {
    if (is_too_long_)
        throw std::length_error("A server-sent event is too long.");
}

void SseParser::take_line(std::vector<SseEvent>& events) {
    const std::string whole = std::exchange(line_, {});
    std::string_view line = whole;
    if (std::exchange(is_first_line_, false) && line.starts_with("\xEF\xBB\xBF"))
        line.remove_prefix(3);
    if (line.empty()) {
        std::string type = std::exchange(type_, {});
        std::string data = std::exchange(data_, {});
        if (data.empty())
            return;
        data.pop_back();
        events.push_back({type.empty() ? "message" : std::move(type), std::move(data)});
        return;
    }
    const auto colon = line.find(':');
    const auto field = line.substr(0, colon);
    auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' '))
        value.remove_prefix(1);
    if (field == "data")
        data_.append(value).push_back('\n');
    else if (field == "event")
        type_ = value;
}

} // namespace xentree
