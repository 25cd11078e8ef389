#pragma once
#include <optional>
#include <string_view>

namespace xentree {

// The values of `format` that the contract uses. Those from int32 on are not checked as text: the compiler
// makes bounds of the integers, password is an annotation, binary makes the length one in bytes.
enum class Format { none, uuid, date_time, date, email, uri, uri_reference, int32, int64, password, binary };

// none of what is not known.
Format find_format(std::string_view name);

// Whether the text has the form: RFC 9562 (uuid), RFC 3339 (date-time, date), the pattern of HTML's e-mail
// input with at least one dot in the domain, RFC 3986 (uri, uri-reference).
bool has_format(Format format, std::string_view text);

// What to tell of a text that does not have it: "is no valid e-mail address".
std::string_view format_fault(Format format);

} // namespace xentree
