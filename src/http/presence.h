#pragma once
#include <optional>

namespace xentree {

// A member that may be left out of a JSON object. How the members of a wire struct tell their presence:
//   T                           always there
//   std::optional<T>            always there, may be null
//   Omittable<T>                may be left out, never null
//   Omittable<std::optional<T>> may be left out, may be null
// A request member with a default in its schema is a plain T: the validator has filled it in.
template<class T>
class Omittable {
  public:
    Omittable() = default;
    Omittable(T value) : value_(std::move(value)) {}

    explicit operator bool() const { return value_.has_value(); }
    const T& operator*() const { return *value_; }
    const T* operator->() const { return &*value_; }
    T value_or(T other) const { return value_ ? *value_ : std::move(other); }

  private:
    std::optional<T> value_;
};

} // namespace xentree
