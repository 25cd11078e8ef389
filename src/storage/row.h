#pragma once
#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/id.h"
#include "base/time.h"

namespace xentree {

using Digest = std::array<std::uint8_t, 32>;

// Bytes as they are (bytea, BLOB); std::string is text.
struct Blob {
    std::string bytes;
};

// A value bound to a placeholder. Views must outlive the statement. Column types are: uuid, bigint (also of
// times: milliseconds since 1970), boolean, double precision, text, bytea.
using Parameter = std::variant<std::monostate, bool, std::int64_t, double, std::string_view,
                               std::span<const std::uint8_t>, UuidBytes>;

// The current row of a result; views are good until the next row.
class Row {
  public:
    virtual ~Row() = default;
    virtual std::size_t size() const = 0;
    virtual bool is_null(std::size_t column) const = 0;
    virtual bool boolean(std::size_t column) const = 0;
    virtual std::int64_t integer(std::size_t column) const = 0;
    virtual double real(std::size_t column) const = 0;
    virtual std::string_view text(std::size_t column) const = 0;
    virtual std::span<const std::uint8_t> bytes(std::size_t column) const = 0; // also of a uuid
};

namespace detail {

template<class T>
struct IsId : std::false_type {};
template<class Kind>
struct IsId<Id<Kind>> : std::true_type {};

template<class T>
struct IsOptional : std::false_type {};
template<class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template<std::size_t N>
std::array<std::uint8_t, N> exactly(std::span<const std::uint8_t> bytes) {
    std::array<std::uint8_t, N> copy;
    if (bytes.size() != N)
        throw std::runtime_error("a column holds bytes of another length");
    std::copy(bytes.begin(), bytes.end(), copy.begin());
    return copy;
}

} // namespace detail

template<class T>
Parameter to_parameter(const T& value) {
    if constexpr (detail::IsOptional<T>::value)
        return value ? to_parameter(*value) : Parameter{};
    else if constexpr (std::is_same_v<T, std::nullopt_t>)
        return Parameter{};
    else if constexpr (std::is_same_v<T, bool>)
        return value;
    else if constexpr (std::is_integral_v<T>)
        return static_cast<std::int64_t>(value);
    else if constexpr (std::is_floating_point_v<T>)
        return static_cast<double>(value);
    else if constexpr (std::is_enum_v<T>)
        return std::string_view(boost::describe::enum_to_string(value, ""));
    else if constexpr (detail::IsId<T>::value)
        return value.bytes;
    else if constexpr (std::is_same_v<T, Instant>)
        return static_cast<std::int64_t>(value.time_since_epoch().count());
    else if constexpr (std::is_same_v<T, Blob>)
        return std::span(reinterpret_cast<const std::uint8_t*>(value.bytes.data()), value.bytes.size());
    else if constexpr (std::is_same_v<T, Digest>)
        return std::span<const std::uint8_t>(value);
    else
        return std::string_view(value);
}

template<class T>
T read_column(const Row& row, std::size_t column) {
    if constexpr (detail::IsOptional<T>::value) {
        return row.is_null(column) ? T{} : T{read_column<typename T::value_type>(row, column)};
    } else {
        if (row.is_null(column))
            throw std::runtime_error("a column is null that cannot be");
        if constexpr (std::is_same_v<T, bool>) {
            return row.boolean(column);
        } else if constexpr (std::is_integral_v<T>) {
            return static_cast<T>(row.integer(column));
        } else if constexpr (std::is_floating_point_v<T>) {
            return row.real(column);
        } else if constexpr (std::is_enum_v<T>) {
            T value{};
            if (!boost::describe::enum_from_string(std::string(row.text(column)).c_str(), value))
                throw std::runtime_error("a column holds no value of its enumeration");
            return value;
        } else if constexpr (detail::IsId<T>::value) {
            return T{detail::exactly<16>(row.bytes(column))};
        } else if constexpr (std::is_same_v<T, Instant>) {
            return Instant(Milliseconds(row.integer(column)));
        } else if constexpr (std::is_same_v<T, Blob>) {
            const auto bytes = row.bytes(column);
            return Blob{std::string(bytes.begin(), bytes.end())};
        } else if constexpr (std::is_same_v<T, Digest>) {
            return detail::exactly<32>(row.bytes(column));
        } else {
            return T(row.text(column));
        }
    }
}

template<class T>
T read_row(const Row& row) {
    if constexpr (boost::describe::has_describe_members<T>::value) {
        T value{};
        std::size_t column = 0;
        boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
            [&](auto member) {
                auto& field = value.*member.pointer;
                field = read_column<std::remove_reference_t<decltype(field)>>(row, column++);
            });
        if (column != row.size())
            throw std::runtime_error("a statement answers another number of columns than its struct has");
        return value;
    } else {
        return read_column<T>(row, 0);
    }
}

} // namespace xentree
