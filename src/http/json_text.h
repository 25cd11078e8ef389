#pragma once
#include <fmt/format.h>

#include "http/wire.h"

namespace xentree {

namespace detail {

// Writes wire structs as text at once. The tree that to_json makes costs several times the writing, which is
// most of a list's processor time.
class JsonText {
  public:
    template<class T>
    void put(const T& value) {
        if constexpr (is_optional<T>) {
            if (value)
                put(*value);
            else
                text_ += "null";
        } else if constexpr (is_id<T>) {
            put_plain(value.text());
        } else if constexpr (std::is_same_v<T, Instant>) {
            put_plain(format_instant(value));
        } else if constexpr (std::is_enum_v<T>) {
            put_plain(boost::describe::enum_to_string(value, ""));
        } else if constexpr (is_vector<T>) {
            put_between('[', ']', [&](auto next) {
                for (const auto& item : value) {
                    next();
                    put(item);
                }
            });
        } else if constexpr (is_map<T>) {
            put_between('{', '}', [&](auto next) {
                for (const auto& [key, item] : value) {
                    next();
                    put_string(key);
                    text_ += ':';
                    put(item);
                }
            });
        } else if constexpr (is_struct<T>) {
            put_between('{', '}', [&](auto next) {
                for_each_member<T>(
                    [&](auto member) { put_member(member.name, value.*member.pointer, next); });
            });
        } else if constexpr (std::is_same_v<T, bool>) {
            text_ += value ? "true" : "false";
        } else if constexpr (std::is_integral_v<T>) {
            const fmt::format_int digits(value);
            text_.append(digits.data(), digits.size());
        } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
            put_string(value);
        } else {
            text_ += boost::json::serialize(boost::json::value(value));
        }
    }

    std::string take() && { return std::move(text_); }

  private:
    template<class T, class Next>
    void put_member(std::string_view name, const T& field, Next next) {
        if constexpr (is_omittable<T>) {
            if (field)
                put_member(name, *field, next);
        } else {
            next();
            put_plain(name);
            text_ += ':';
            put(field);
        }
    }

    // `put_items` calls what it is given before each item.
    template<class F>
    void put_between(char open, char close, F put_items) {
        text_ += open;
        bool is_first = true;
        put_items([&] {
            if (!std::exchange(is_first, false))
                text_ += ',';
        });
        text_ += close;
    }

    // Of characters that need no escape.
    void put_plain(std::string_view text) {
        text_ += '"';
        text_ += text;
        text_ += '"';
    }
    void put_string(std::string_view text);

    std::string text_;
};

} // namespace detail

// The same as boost::json::serialize(to_json(value)).
template<class T>
std::string to_json_text(const T& value) {
    detail::JsonText text;
    text.put(value);
    return std::move(text).take();
}

} // namespace xentree
