#include "storage/postgres/values.h"

#include <boost/endian/conversion.hpp>
#include <fmt/format.h>

#include <bit>
#include <stdexcept>

namespace xentree {

namespace {

// src/include/catalog/pg_type.dat of PostgreSQL; these never change.
enum Type : Oid {
    unspecified = 0,
    boolean = 16,
    bytea = 17,
    name = 19,
    bigint = 20,
    integer = 23,
    text = 25,
    double_precision = 701,
    varchar = 1043,
    uuid = 2950,
};

const unsigned char* unsigned_bytes(const char* value) {
    return reinterpret_cast<const unsigned char*>(value);
}

} // namespace

struct PostgresParameters::Encode {
    PostgresParameters& to;

    void operator()(std::monostate) const { add(unspecified, nullptr, 0); }
    void operator()(bool value) const {
        static constexpr char bits[] = {0, 1};
        add(boolean, bits + value, 1);
    }
    void operator()(std::int64_t value) const { add_number(bigint, static_cast<std::uint64_t>(value)); }
    void operator()(double value) const { add_number(double_precision, std::bit_cast<std::uint64_t>(value)); }
    // A null pointer would be NULL, and an empty view may have one.
    void operator()(std::string_view value) const {
        add(text, value.empty() ? "" : value.data(), value.size());
    }
    void operator()(std::span<const std::uint8_t> value) const {
        add(bytea, value.empty() ? "" : reinterpret_cast<const char*>(value.data()), value.size());
    }
    void operator()(const UuidBytes& value) const {
        add(uuid, reinterpret_cast<const char*>(value.data()), value.size());
    }

    void add(Oid type, const char* value, std::size_t length) const {
        to.types_.push_back(type);
        to.values_.push_back(value);
        to.lengths_.push_back(static_cast<int>(length));
    }
    void add_number(Oid type, std::uint64_t bits) const {
        auto& encoded = to.numbers_.emplace_back();
        boost::endian::store_big_u64(reinterpret_cast<unsigned char*>(encoded.data()), bits);
        add(type, encoded.data(), encoded.size());
    }
};

PostgresParameters::PostgresParameters(const std::vector<Parameter>& parameters) :
    formats_(parameters.size(), 1) {
    numbers_.reserve(parameters.size()); // values_ points into it
    for (const Parameter& parameter : parameters)
        std::visit(Encode{*this}, parameter);
}

std::string PostgresParameters::signature() const {
    std::string letters;
    for (const Oid type : types_) {
        switch (type) {
        case boolean:
            letters += 'b';
            break;
        case bigint:
            letters += 'i';
            break;
        case double_precision:
            letters += 'd';
            break;
        case text:
            letters += 't';
            break;
        case bytea:
            letters += 'y';
            break;
        case uuid:
            letters += 'u';
            break;
        default:
            letters += '0';
        }
    }
    return letters;
}

bool PostgresRow::is_null(std::size_t column) const {
    return PQgetisnull(result_, row_, static_cast<int>(column)) == 1;
}

std::size_t PostgresRow::length(std::size_t column) const {
    return static_cast<std::size_t>(PQgetlength(result_, row_, static_cast<int>(column)));
}

bool PostgresRow::boolean(std::size_t column) const {
    if (type(column) != Type::boolean)
        throw_other_type(column);
    return *value(column) != 0;
}

std::int64_t PostgresRow::integer(std::size_t column) const {
    switch (type(column)) {
    case Type::bigint:
        return boost::endian::load_big_s64(unsigned_bytes(value(column)));
    case Type::integer:
        return boost::endian::load_big_s32(unsigned_bytes(value(column)));
    default:
        throw_other_type(column);
    }
}

double PostgresRow::real(std::size_t column) const {
    if (type(column) != Type::double_precision)
        throw_other_type(column);
    return std::bit_cast<double>(boost::endian::load_big_u64(unsigned_bytes(value(column))));
}

std::string_view PostgresRow::text(std::size_t column) const {
    switch (type(column)) {
    case Type::text:
    case Type::varchar:
    case Type::name:
        return {value(column), length(column)};
    default:
        throw_other_type(column);
    }
}

std::span<const std::uint8_t> PostgresRow::bytes(std::size_t column) const {
    switch (type(column)) {
    case Type::bytea:
    case Type::uuid:
        return {unsigned_bytes(value(column)), length(column)};
    default:
        throw_other_type(column);
    }
}

void PostgresRow::throw_other_type(std::size_t column) const {
    throw std::runtime_error(
        fmt::format("column {} ({}, type {}) is of another type than is read; cast it in the statement",
                    column, PQfname(result_, static_cast<int>(column)), type(column)));
}

} // namespace xentree
