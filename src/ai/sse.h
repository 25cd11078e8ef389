#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xentree {

struct SseEvent {
    std::string type; // "message" where the stream names none
    std::string data;
    bool operator==(const SseEvent&) const = default;
};

// Reads a stream of server-sent events from bytes that come in any split (WHATWG HTML, section 9.2.6). The
// fields id and retry are for clients that connect again and are skipped.
class SseParser {
  public:
    explicit SseParser(std::size_t event_limit = 1024 * 1024) : event_limit_(event_limit) {}

    // The events that these bytes complete. Throws std::length_error where an event has more bytes than the
    // limit; where events came before it in the same bytes, at the next call.
    std::vector<SseEvent> feed(std::string_view bytes);

    // At the end of the stream: the event that no empty line ended. The standard drops it, since it may be
    // cut. Throws as feed().
    std::optional<SseEvent> finish();

  private:
    void require_within_limit() const;
    void take_line(std::vector<SseEvent>& events);

    std::size_t event_limit_;
    std::string line_;
    std::string type_;
    std::string data_;
    bool is_first_line_ = true;
    bool ended_with_cr_ = false;
    bool is_too_long_ = false; // an event
};

} // namespace xentree
