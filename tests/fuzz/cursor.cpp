// First line: what the cursor is bound to; second: a position in a list, a JSON array. The rest: a cursor as
// a stranger may send it.
#include "fuzz.h"
#include "http/page.h"

namespace xentree::fuzz {
namespace {

namespace json = boost::json;

constexpr Instant noon{Milliseconds(1'777'896'000'000)};
constexpr std::chrono::hours life{24};

CursorCodec codec() {
    return CursorCodec({1, 2, 3});
}

// Positions have no such number: written out and read again it is not always the same.
bool has_double(const json::value& value) {
    if (const auto* array = value.if_array())
        return std::any_of(array->begin(), array->end(), has_double);
    if (const auto* object = value.if_object())
        return std::any_of(object->begin(), object->end(),
                           [](const auto& member) { return has_double(member.value()); });
    return value.is_double();
}

void try_position(const json::array& position, std::string_view purpose) {
    const std::string cursor = codec().encode(position, purpose, noon);
    const auto read = codec().decode(cursor, purpose, noon + life);
    require(read && json::serialize(*read) == json::serialize(position), "a cursor holds its position");
    require(!codec().decode(cursor, purpose, noon + life + Milliseconds(1)), "for 24 hours");
    require(!codec().decode(cursor, std::string(purpose) + "x", noon), "and for its list only");
    require(!CursorCodec({1, 2, 4}).decode(cursor, purpose, noon), "another server's key does not open it");
    for (const std::size_t place : {std::size_t{0}, cursor.size() / 2}) {
        std::string changed = cursor;
        changed[place] = changed[place] == 'A' ? 'B' : 'A';
        require(!codec().decode(changed, purpose, noon), "a changed cursor is refused");
    }
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree;
    fuzz::Lines lines(fuzz::as_text(data, size));
    const auto purpose = lines.next();
    boost::system::error_code error;
    boost::json::parse_options flat; // as positions are
    flat.max_depth = 4;
    const auto position = boost::json::parse(lines.next(), error, {}, flat);
    if (!error && position.is_array() && !fuzz::has_double(position))
        fuzz::try_position(position.get_array(), purpose);
    // Nobody but this server can make one, so no input of the fuzzer is a cursor.
    fuzz::require(!fuzz::codec().decode(lines.rest(), purpose, fuzz::noon), "a foreign cursor is refused");
    return 0;
}
