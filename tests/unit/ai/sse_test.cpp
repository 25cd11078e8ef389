#include "ai/sse.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace xentree {
namespace {

using Events = std::vector<SseEvent>;

Events read_split(std::string_view stream, std::size_t piece) {
    SseParser parser;
    Events all;
    for (; !stream.empty(); stream.remove_prefix(std::min(piece, stream.size())))
        for (auto& event : parser.feed(stream.substr(0, piece)))
            all.push_back(std::move(event));
    return all;
}

// From WHATWG HTML, section 9.2.6, with each kind of line end.
TEST(Sse, events_are_the_same_in_any_split) {
    const std::string stream =
        "\xEF\xBB\xBF: comment\r\n\r\nevent: add\r\ndata: 73857293\r\n\r\n"
        "data: YHOO\ndata: +2\ndata: 10\n\n"
        "data:  first event\rid: 1\r\rdata:second\rid\r\r"
        "retry: 10\nother: x\nevent: lost\n\ndata\n\ndata\ndata\n\ndata: caf\xC3\xA9\r\n\r\ndata:";
    const Events expected{
        {"add", "73857293"}, {"message", "YHOO\n+2\n10"}, {"message", " first event"}, {"message", "second"},
        {"message", ""},     {"message", "\n"},           {"message", "caf\xC3\xA9"}};
    for (std::size_t piece = 1; piece <= stream.size(); ++piece)
        EXPECT_EQ(read_split(stream, piece), expected) << piece;
}

TEST(Sse, an_event_without_its_empty_line_is_given_only_when_asked_for) {
    EXPECT_EQ(read_split("data: a\n\ndata: b\n", 64), (Events{{"message", "a"}}));
    for (const char* end : {"event: last\ndata: b", "event: last\ndata: b\n", "event: last\r\ndata: b\r"}) {
        SseParser parser;
        EXPECT_TRUE(parser.feed(end).empty());
        EXPECT_EQ(parser.finish(), (SseEvent{"last", "b"}));
        EXPECT_EQ(parser.finish(), std::nullopt);
    }
}

TEST(Sse, a_line_without_end_is_refused) {
    SseParser parser(100);
    EXPECT_NO_THROW(parser.feed(std::string(100, 'x')));
    EXPECT_THROW(parser.feed("x"), std::length_error);
}

TEST(Sse, an_event_without_end_is_refused) {
    SseParser parser(100);
    const auto feed_many = [&] {
        for (int i = 0; i < 20; ++i)
            parser.feed("data: 12345678\n");
    };
    EXPECT_THROW(feed_many(), std::length_error);
}

TEST(Sse, events_before_one_without_end_are_given_all_the_same) {
    SseParser parser(20);
    const Events events = parser.feed("data: a\n\ndata: b\n\ndata: 123456789012345678901234567890");
    EXPECT_EQ(events, (Events{{"message", "a"}, {"message", "b"}}));
    EXPECT_THROW(parser.feed("\n\n"), std::length_error);
    EXPECT_THROW(parser.finish(), std::length_error);
}

TEST(Sse, many_events_are_not_one_long_event) {
    SseParser parser(100);
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(parser.feed("data: 12345678\n\n").size(), 1);
}

} // namespace
} // namespace xentree
