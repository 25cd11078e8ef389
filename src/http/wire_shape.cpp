#include "http/wire_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace xentree {

namespace {

std::string_view name_of(Shape::Kind kind) {
    static constexpr std::string_view names[] = {"string", "integer", "number", "boolean",
                                                 "array",  "object",  "any"};
    return names[static_cast<std::size_t>(kind)];
}

class Comparison {
  public:
    explicit Comparison(Direction direction) : direction_(direction) {}

    void compare(const WireShape& wire, const Shape& schema, const std::string& where) {
        if (wire.kind != schema.kind) {
            fault("{}: {} in the program, {} in the contract", where, name_of(wire.kind),
                  name_of(schema.kind));
            return;
        }
        if (wire.nullable != schema.nullable)
            fault("{}: {} null in the contract", where, schema.nullable ? "may be" : "is never");
        if (!wire.enumerators.empty())
            compare_enumerators(wire, schema, where);
        if (wire.kind == Shape::Kind::array && schema.items)
            compare(*wire.items, *schema.items, where + "/*");
        if (wire.is_map && !schema.map_values)
            fault("{}: a map in the program, fixed members in the contract", where);
        if (wire.is_map && schema.map_values)
            compare(*wire.items, *schema.map_values, where + "/*");
        if (wire.kind == Shape::Kind::object && !wire.is_map)
            compare_members(wire, schema, where);
    }

    std::vector<std::string> faults;

  private:
    template<class... Arguments>
    void fault(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        faults.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
    }

    void compare_enumerators(const WireShape& wire, const Shape& schema, const std::string& where) {
        const std::set<std::string> ours(wire.enumerators.begin(), wire.enumerators.end());
        const std::set<std::string> theirs(schema.enumerators.begin(), schema.enumerators.end());
        if (ours != theirs)
            fault("{}: other enumerators than in the contract", where);
    }

    void compare_members(const WireShape& wire, const Shape& schema, const std::string& where) {
        std::set<std::string> seen;
        for (const auto& member : wire.members) {
            const auto found = std::ranges::find(schema.members, member.name, &Shape::Member::name);
            const std::string place = fmt::format("{}/{}", where, member.name);
            seen.insert(member.name);
            if (found == schema.members.end()) {
                fault("{}: is not in the contract", place);
                continue;
            }
            compare_presence(member.shape, *found, place);
            compare(member.shape, *found->shape, place);
        }
        for (const auto& member : schema.members) {
            if (!seen.contains(member.name))
                fault("{}/{}: is not in the program", where, member.name);
        }
    }

    void compare_presence(const WireShape& wire, const Shape::Member& schema, const std::string& where) {
        const bool always_there = schema.required || (direction_ == Direction::request && schema.has_default);
        if (wire.omittable && always_there)
            fault("{}: is always there in the contract", where);
        if (!wire.omittable && !always_there && direction_ == Direction::request)
            fault("{}: may be left out in the contract", where);
    }

    Direction direction_;
};

} // namespace

std::vector<std::string> compare_shapes(const WireShape& wire, const Shape& schema, Direction direction,
                                        const std::string& where) {
    Comparison comparison(direction);
    comparison.compare(wire, schema, where);
    return std::move(comparison.faults);
}

} // namespace xentree
