#pragma once
#include <libpq-fe.h>

#include <array>
#include <string>
#include <vector>

#include "storage/row.h"

namespace xentree {

// Parameters in PostgreSQL's binary form, with their types. Refers to what the parameters refer to.
class PostgresParameters {
  public:
    explicit PostgresParameters(const std::vector<Parameter>& parameters);
    PostgresParameters(const PostgresParameters&) = delete;

    int count() const { return static_cast<int>(types_.size()); }
    const Oid* types() const { return types_.data(); }
    const char* const* values() const { return values_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }

    // A letter a type: a statement is prepared for its parameters' types.
    std::string signature() const;

  private:
    struct Encode;

    std::vector<Oid> types_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    std::vector<std::array<char, 8>> numbers_; // what values_ points to for numbers
};

// A row of a result in binary form.
class PostgresRow final : public Row {
  public:
    PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}

    std::size_t size() const override { return static_cast<std::size_t>(PQnfields(result_)); }
    bool is_null(std::size_t column) const override;
    bool boolean(std::size_t column) const override;
    std::int64_t integer(std::size_t column) const override;
    double real(std::size_t column) const override;
    std::string_view text(std::size_t column) const override;
    std::span<const std::uint8_t> bytes(std::size_t column) const override;

  private:
    Oid type(std::size_t column) const { return PQftype(result_, static_cast<int>(column)); }
    const char* value(std::size_t column) const {
        return PQgetvalue(result_, row_, static_cast<int>(column));
    }
    std::size_t length(std::size_t column) const;
    [[noreturn]] void throw_other_type(std::size_t column) const;

    const PGresult* result_;
    int row_;
};

} // namespace xentree
