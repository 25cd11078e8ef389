#pragma once
#include <boost/json.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/time.h"
#include "http/wire.h"

namespace xentree {

// The part of a list that is asked for (parameters limit and cursor).
struct PageRequest {
    std::size_t limit = 50;
    std::optional<boost::json::array> position; // of the last item of the page before

    // That position by its parts; nothing on the first page.
    template<class... Parts>
    std::optional<std::tuple<Parts...>> after() const {
        return position ? std::optional(parts<Parts...>(std::index_sequence_for<Parts...>())) : std::nullopt;
    }

  private:
    template<class... Parts, std::size_t... Index>
    std::tuple<Parts...> parts(std::index_sequence<Index...>) const {
        return {from_json<Parts>(position->at(Index))...};
    }
};

template<class T>
struct Page {
    std::vector<T> items;
    std::optional<boost::json::array> next; // position of the last item where more follow
};

// A page out of what was found: `found` holds up to limit + 1 items, `position_of` answers an item's position
// as a tuple.
template<class T, class F>
Page<T> make_page(std::vector<T> found, const PageRequest& request, F position_of) {
    Page<T> page{std::move(found), {}};
    if (page.items.size() <= request.limit)
        return page;
    page.items.resize(request.limit);
    boost::json::array position;
    std::apply([&](const auto&... parts) { (position.push_back(to_json(parts)), ...); },
               position_of(page.items.back()));
    page.next = std::move(position);
    return page;
}

// Positions as the opaque values that clients hand back: authenticated with a key of the server, good for 24
// hours, bound to the list, caller and filter that `purpose` names. Immutable; any thread.
class CursorCodec {
  public:
    explicit CursorCodec(std::array<std::uint8_t, 32> key) : key_(key) {}
    std::string encode(const boost::json::array& position, std::string_view purpose, Instant now) const;
    // Nothing where the cursor is malformed, too old or of another purpose.
    std::optional<boost::json::array> decode(std::string_view cursor, std::string_view purpose,
                                             Instant now) const;

  private:
    std::array<std::uint8_t, 16> authenticate(std::string_view payload, std::string_view purpose) const;
    std::array<std::uint8_t, 32> key_;
};

} // namespace xentree
