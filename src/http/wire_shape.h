#pragma once
#include <memory>
#include <string>
#include <vector>

#include "contract/shape.h"
#include "http/wire.h"

namespace xentree {

// The form of a wire struct, to be compared with its schema when the program starts.
struct WireShape {
    struct Member;

    Shape::Kind kind = Shape::Kind::any;
    bool nullable = false;
    bool omittable = false;
    std::vector<std::string> enumerators;
    std::vector<Member> members;
    std::shared_ptr<const WireShape> items; // of an array, or the values of a map
    bool is_map = false;
};

struct WireShape::Member {
    std::string name;
    WireShape shape;
};

template<class T>
WireShape wire_shape() {
    WireShape shape;
    if constexpr (detail::is_omittable<T>) {
        shape = wire_shape<std::remove_cvref_t<decltype(*std::declval<T>())>>();
        shape.omittable = true;
    } else if constexpr (detail::is_optional<T>) {
        shape = wire_shape<typename T::value_type>();
        shape.nullable = true;
    } else if constexpr (std::is_enum_v<T>) {
        shape.kind = Shape::Kind::string;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
            [&](auto enumerator) { shape.enumerators.push_back(enumerator.name); });
    } else if constexpr (detail::is_vector<T>) {
        shape.kind = Shape::Kind::array;
        shape.items = std::make_shared<WireShape>(wire_shape<typename T::value_type>());
    } else if constexpr (detail::is_map<T>) {
        shape.kind = Shape::Kind::object;
        shape.is_map = true;
        shape.items = std::make_shared<WireShape>(wire_shape<typename T::mapped_type>());
    } else if constexpr (detail::is_struct<T>) {
        shape.kind = Shape::Kind::object;
        detail::for_each_member<T>([&](auto member) {
            using Field = std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>;
            shape.members.push_back({member.name, wire_shape<Field>()});
        });
    } else if constexpr (std::is_same_v<T, bool>) {
        shape.kind = Shape::Kind::boolean;
    } else if constexpr (std::is_integral_v<T>) {
        shape.kind = Shape::Kind::integer;
    } else if constexpr (std::is_floating_point_v<T>) {
        shape.kind = Shape::Kind::number;
    } else if constexpr (std::is_same_v<T, boost::json::value>) {
        shape.kind = Shape::Kind::any;
    } else {
        shape.kind = Shape::Kind::string;
    }
    return shape;
}

enum class Direction { request, answer };

// What differs between a wire struct and its schema, a sentence each, with `where` as the place. In a request
// a member that is not required is Omittable or has a default; in an answer the server may always send it.
std::vector<std::string> compare_shapes(const WireShape& wire, const Shape& schema, Direction direction,
                                        const std::string& where);

} // namespace xentree
