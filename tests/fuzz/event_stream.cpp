// A provider's stream of server-sent events.
#include <stdexcept>

#include "ai/sse.h"
#include "fuzz.h"

namespace xentree::fuzz {
namespace {

constexpr std::size_t event_limit = 64; // small, so that inputs reach it

struct Outcome {
    std::vector<SseEvent> events;
    std::optional<SseEvent> last;
    bool is_too_long = false;
    bool operator==(const Outcome&) const = default;
};

Outcome read_in_pieces(std::string_view bytes, std::size_t piece_size) {
    SseParser parser(event_limit);
    Outcome outcome;
    try {
        for (std::size_t begin = 0; begin < bytes.size(); begin += piece_size) {
            for (auto& event : parser.feed(bytes.substr(begin, piece_size)))
                outcome.events.push_back(std::move(event));
        }
        outcome.last = parser.finish();
    } catch (const std::length_error&) {
        outcome.is_too_long = true;
    }
    return outcome;
}

void require_well_formed(const SseEvent& event) {
    require(!event.type.empty(), "an event has a type");
    require(event.type.find_first_of("\r\n") == std::string::npos, "which is one line");
    require(event.data.find('\r') == std::string::npos, "lines of data end with a line feed");
    require(event.data.size() <= event_limit, "an event is within its limit");
}

std::string written(const std::vector<SseEvent>& events) {
    std::string text;
    for (const auto& event : events) {
        text += "event: " + event.type + "\ndata: ";
        for (const char c : event.data)
            text += c == '\n' ? std::string("\ndata: ") : std::string(1, c);
        text += "\n\n";
    }
    return text;
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree;
    const auto bytes = fuzz::as_text(data, size);
    const auto whole = fuzz::read_in_pieces(bytes, std::max<std::size_t>(bytes.size(), 1));
    for (const std::size_t piece_size : {1, 2, 7})
        fuzz::require(fuzz::read_in_pieces(bytes, piece_size) == whole,
                      "however it is split, it says the same");
    for (const auto& event : whole.events)
        fuzz::require_well_formed(event);
    if (whole.is_too_long)
        return 0;
    std::vector<SseEvent> events = whole.events;
    SseParser again;
    fuzz::require(again.feed(fuzz::written(events)) == events,
                  "events written out are read as the same events");
    return 0;
}
