// What a connector's provider sends: a page of events, one event, an error or an ID token.
#include "base/text.h"
#include "features/connectors/google_calendar.h"
#include "features/connectors/id_token.h"
#include "fuzz.h"

namespace xentree::fuzz {
namespace {

using namespace google_calendar;

constexpr Instant noon{Milliseconds(1'777'896'000'000)};

void require_text(std::string_view text, std::size_t limit) {
    require(is_utf8(text) && text.find('\0') == std::string::npos, "a text is UTF-8 without U+0000");
    require(count_code_points(text) <= limit, "and not longer than the contract lets it be");
}

void require_sound(const CalendarEvent& event) {
    require_text(event.id, 1'024);
    require(!event.id.empty(), "an event has an id");
    require_text(event.title, 1'000);
    if (event.description) {
        require_text(*event.description, 8'192);
        require(!event.description->empty(), "a description that is there says something");
    }
    for (const Instant moment : {event.starts_at, event.ends_at})
        require(parse_instant(format_instant(moment)) == moment, "a time can be written and read again");
    require(!event.html_link || event.html_link->starts_with("https://"), "a link leads to a page over TLS");
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree;
    const auto text = fuzz::as_text(data, size);
    const google_calendar::EventQuery query{fuzz::noon, fuzz::noon + std::chrono::days(7), 3, ""};
    if (const auto page = google_calendar::read_page(text, query, "Africa/Cairo")) {
        fuzz::require(page->events.size() <= query.limit, "a page has no more than was asked for");
        for (const auto& event : page->events) {
            fuzz::require_sound(event);
            fuzz::require(event.starts_at < query.to && event.ends_at >= query.from, "all in its time");
        }
    }
    if (const auto event = google_calendar::read_event(text, "America/St_Johns"))
        fuzz::require_sound(*event);
    google_calendar::refusal_of({403, std::string(text), {}});
    const auto email = email_of_id_token(text);
    fuzz::require(!email || (email->size() <= 254 && email->find('@') != std::string::npos),
                  "an address of mail is one");
    return 0;
}
