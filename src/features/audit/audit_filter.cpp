#include "features/audit/audit_filter.h"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

#include "base/text.h"
#include "features/audit/audit_record.h"
#include "features/audit/store.h"

namespace xentree {

namespace {

constexpr std::int64_t longest_ago = 1'000'000; // of any unit

[[noreturn]] void refuse(const std::string& sentence) {
    throw std::runtime_error(sentence);
}

std::optional<Milliseconds> unit_of(char letter) {
    switch (letter) {
    case 's':
        return std::chrono::seconds(1);
    case 'm':
        return std::chrono::minutes(1);
    case 'h':
        return std::chrono::hours(1);
    case 'd':
        return std::chrono::days(1);
    case 'w':
        return std::chrono::weeks(1);
    default:
        return std::nullopt;
    }
}

std::optional<Milliseconds> parse_duration(std::string_view text) {
    if (text.empty())
        return std::nullopt;
    const auto unit = unit_of(text.back());
    std::int64_t number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!unit || error != std::errc() || end != &text.back() || number < 0 || number > longest_ago)
        return std::nullopt;
    return number * *unit;
}

Instant parse_moment(const char* flag, const std::string& text, Instant now) {
    if (const auto ago = parse_duration(text))
        return now - *ago;
    if (const auto moment = parse_instant(text))
        return *moment;
    if (const auto day = parse_instant(text + "T00:00:00Z"))
        return *day;
    refuse(fmt::format("{} is a time such as 2026-05-04T09:20:00Z, a date, or how long ago: 90m, 24h, 7d.",
                       flag));
}

OrganizationId organization_of(Reader& db, const std::string& text) {
    if (const auto id = OrganizationId::parse(text))
        return *id;
    const auto found = audit_store::find_organization(db, ascii_lower(text));
    if (!found)
        refuse(fmt::format("There is no organization '{}'. One that was deleted is found by its id.", text));
    return *found;
}

UserId actor_of(Reader& db, const std::string& text) {
    if (const auto id = UserId::parse(text))
        return *id;
    const auto found = audit_store::find_user(db, ascii_lower(text));
    if (!found)
        refuse(
            fmt::format("There is no account '{}'. One that was deleted is found by its id; what was done at "
                        "the server, by --actor {}.",
                        text, operator_credential));
    return *found;
}

} // namespace

AuditFilter make_audit_filter(Reader& db, const AuditQuestion& question, Instant now) {
    AuditFilter filter;
    if (question.action.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") != std::string::npos)
        refuse("--action is how an action begins, such as member. or invitation.created.");
    filter.action = question.action;
    // An id is kept in small letters.
    filter.target = parse_uuid(question.target) ? ascii_lower(question.target) : question.target;
    if (!question.since.empty())
        filter.since = parse_moment("--since", question.since, now);
    if (!question.until.empty())
        filter.until = parse_moment("--until", question.until, now);
    if (filter.since >= filter.until)
        refuse("--since must be before --until.");
    if (!question.organization.empty())
        filter.organization = organization_of(db, question.organization);
    filter.is_by_operator = question.actor == operator_credential;
    if (!question.actor.empty() && !filter.is_by_operator)
        filter.actor = actor_of(db, question.actor);
    return filter;
}

} // namespace xentree
