#pragma once
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "http/presence.h"

// Wire structs (plain structs with BOOST_DESCRIBE_STRUCT) to JSON and back. What comes in was validated
// against the contract before, so a value of another form is a fault of this program.
namespace xentree {

namespace detail {

template<class T, template<class...> class Template>
struct IsOf : std::false_type {};
template<template<class...> class Template, class... Arguments>
struct IsOf<Template<Arguments...>, Template> : std::true_type {};

template<class T>
inline constexpr bool is_optional = IsOf<T, std::optional>::value;
template<class T>
inline constexpr bool is_omittable = IsOf<T, Omittable>::value;
template<class T>
inline constexpr bool is_vector = IsOf<T, std::vector>::value;
template<class T>
inline constexpr bool is_map = IsOf<T, std::map>::value;
template<class T>
inline constexpr bool is_id = IsOf<T, Id>::value;
template<class T>
inline constexpr bool is_struct = boost::describe::has_describe_members<T>::value&& std::is_class_v<T>;

template<class T, class F>
void for_each_member(F&& f) {
    using Members =
        boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
    boost::mp11::mp_for_each<Members>(f);
}

} // namespace detail

template<class T>
boost::json::value to_json(const T& value) {
    if constexpr (detail::is_optional<T>) {
        return value ? to_json(*value) : boost::json::value();
    } else if constexpr (detail::is_id<T>) {
        return boost::json::value(value.text());
    } else if constexpr (std::is_same_v<T, Instant>) {
        return boost::json::value(format_instant(value));
    } else if constexpr (std::is_enum_v<T>) {
        return boost::json::value(boost::describe::enum_to_string(value, ""));
    } else if constexpr (detail::is_vector<T>) {
        boost::json::array array;
        array.reserve(value.size());
        for (const auto& item : value)
            array.push_back(to_json(item));
        return array;
    } else if constexpr (detail::is_map<T>) {
        boost::json::object object;
        for (const auto& [key, item] : value)
            object.emplace(key, to_json(item));
        return object;
    } else if constexpr (detail::is_struct<T>) {
        boost::json::object object;
        detail::for_each_member<T>([&](auto member) {
            const auto& field = value.*member.pointer;
            if constexpr (detail::is_omittable<std::remove_cvref_t<decltype(field)>>) {
                if (field)
                    object.emplace(member.name, to_json(*field));
            } else {
                object.emplace(member.name, to_json(field));
            }
        });
        return object;
    } else {
        return boost::json::value(value);
    }
}

template<class T>
T from_json(const boost::json::value& json) {
    if constexpr (detail::is_optional<T>) {
        return json.is_null() ? T{} : T{from_json<typename T::value_type>(json)};
    } else if constexpr (detail::is_id<T>) {
        const auto id = T::parse(json.as_string());
        if (!id)
            throw std::runtime_error("no id where the contract has one");
        return *id;
    } else if constexpr (std::is_same_v<T, Instant>) {
        const auto instant = parse_instant(json.as_string());
        if (!instant)
            throw std::runtime_error("no time where the contract has one");
        return *instant;
    } else if constexpr (std::is_enum_v<T>) {
        T value{};
        if (!boost::describe::enum_from_string(json.as_string().c_str(), value))
            throw std::runtime_error("an enumerator that the program does not know");
        return value;
    } else if constexpr (detail::is_vector<T>) {
        T items;
        items.reserve(json.as_array().size());
        for (const auto& item : json.as_array())
            items.push_back(from_json<typename T::value_type>(item));
        return items;
    } else if constexpr (detail::is_map<T>) {
        T items;
        for (const auto& member : json.as_object())
            items.emplace(member.key(), from_json<typename T::mapped_type>(member.value()));
        return items;
    } else if constexpr (detail::is_struct<T>) {
        T value{};
        const auto& object = json.as_object();
        detail::for_each_member<T>([&](auto member) {
            auto& field = value.*member.pointer;
            using Field = std::remove_reference_t<decltype(field)>;
            const auto* found = object.if_contains(member.name);
            if constexpr (detail::is_omittable<Field>) {
                if (found)
                    field = Field(from_json<std::remove_cvref_t<decltype(*field)>>(*found));
            } else {
                if (!found)
                    throw std::runtime_error(std::string("a required member is absent: ") + member.name);
                field = from_json<Field>(*found);
            }
        });
        return value;
    } else if constexpr (std::is_same_v<T, bool>) {
        return json.as_bool();
    } else if constexpr (std::is_arithmetic_v<T>) {
        return json.to_number<T>();
    } else if constexpr (std::is_same_v<T, boost::json::value>) {
        return json;
    } else {
        return T(json.as_string());
    }
}

} // namespace xentree
