#include "contract/formats.h"

#include <boost/url/parse.hpp>
#include <re2/re2.h>

#include "base/id.h"
#include "base/time.h"

namespace xentree {
namespace {

struct Row {
    Format format;
    std::string_view name;
    std::string_view fault;
};

constexpr std::array rows{
    Row{Format::uuid, "uuid", "is no valid UUID"},
    Row{Format::date_time, "date-time", "is no valid date-time of RFC 3339"},
    Row{Format::date, "date", "is no valid date of the form YYYY-MM-DD"},
    Row{Format::email, "email", "is no valid e-mail address"},
    Row{Format::uri, "uri", "is no valid absolute URI"},
    Row{Format::uri_reference, "uri-reference", "is no valid URI reference"},
    Row{Format::int32, "int32", ""},
    Row{Format::int64, "int64", ""},
    Row{Format::password, "password", ""},
    Row{Format::binary, "binary", ""},
};

bool is_email(std::string_view text) {
    // https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, but for the + before the last
    // $.
    static const RE2 pattern(
        R"(^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)"
        R"((\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+$)");
    return RE2::PartialMatch(text, pattern);
}

bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return false;
    const auto number = [text](std::size_t from, std::size_t length) {
        int value = 0;
        for (const char c : text.substr(from, length)) {
            if (c < '0' || c > '9')
                return -1;
            value = value * 10 + (c - '0');
        }
        return value;
    };
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    if (year < 0 || month < 0 || day < 0)
        return false;
    return std::chrono::year_month_day(std::chrono::year(year),
                                       std::chrono::month(static_cast<unsigned>(month)),
                                       std::chrono::day(static_cast<unsigned>(day)))
        .ok();
}

} // namespace

Format find_format(std::string_view name) {
    const auto row = std::ranges::find(rows, name, &Row::name);
    return row == rows.end() ? Format::none : row->format;
}

bool has_format(Format format, std::string_view text) {
    switch (format) {
    case Format::uuid:
        return parse_uuid(text).has_value();
    case Format::date_time:
        return parse_instant(text).has_value();
    case Format::date:
        return is_date(text);
    case Format::email:
        return is_email(text);
    case Format::uri:
        return boost::urls::parse_uri(text).has_value();
    case Format::uri_reference:
        return boost::urls::parse_uri_reference(text).has_value();
    default:
        return true;
    }
}

std::string_view format_fault(Format format) {
    const auto row = std::ranges::find(rows, format, &Row::format);
    return row == rows.end() ? std::string_view() : row->fault;
}

} // namespace xentree
