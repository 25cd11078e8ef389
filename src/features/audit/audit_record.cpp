#include "features/audit/audit_record.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/text.h"
#include "http/wire.h"

namespace xentree {

namespace {

constexpr std::string_view columns = "{:24}  {:28}  {:20}  {:20}  {:36}  {:15}  {}";

// What a terminal would act on or turn around instead of showing it: control characters, line ends of Unicode
// and marks of writing direction.
bool is_active(char32_t letter) {
    return letter < 0x20 || (letter >= 0x7f && letter < 0xa0) || letter == 0x61c ||
           (letter >= 0x200e && letter <= 0x200f) || (letter >= 0x2028 && letter <= 0x202e) ||
           (letter >= 0x2066 && letter <= 0x2069);
}

// The code point that well-formed UTF-8 begins with.
char32_t code_point(std::string_view letter) {
    const auto first = static_cast<unsigned char>(letter[0]);
    if (letter.size() == 1)
        return first;
    char32_t value = first & (0xffU >> (letter.size() + 1));
    for (const char byte : letter.substr(1))
        value = value << 6 | (static_cast<unsigned char>(byte) & 0x3fU);
    return value;
}

// With an escape of JSON in the place of each, which JSON in the text stays the same by.
std::string shown(std::string_view text) {
    std::string safe;
    while (!text.empty()) {
        const std::string_view letter = first_code_points(text, 1);
        const char32_t value = code_point(letter);
        if (is_active(value))
            safe += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(value));
        else
            safe += letter;
        text.remove_prefix(letter.size());
    }
    return safe;
}

std::string text_of(const auto& id) {
    return id ? id->text() : std::string();
}

} // namespace

std::string audit_table_head() {
    return fmt::format(fmt::runtime(columns), "TIME", "ACTION", "ACTOR", "ORGANIZATION", "TARGET", "FROM",
                       "DETAILS");
}

std::string audit_table_row(const AuditRecord& record) {
    // No username has brackets.
    const std::string actor = record.actor ? record.actor_name.value_or(text_of(record.actor))
                                           : fmt::format("({})", record.credential);
    const std::string organization = record.organization_slug.value_or(text_of(record.organization));
    return shown(fmt::format(fmt::runtime(columns), format_instant(record.at), record.action, actor,
                             organization, record.target, record.address.value_or(""), record.details));
}

std::string audit_json(const AuditRecord& record) {
    auto object = to_json(record).as_object();
    object["details"] = boost::json::parse(record.details);
    return shown(boost::json::serialize(object));
}

} // namespace xentree
