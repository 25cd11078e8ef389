#include "features/audit/audit_reader.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "features/audit/store.h"

namespace xentree {

namespace {

constexpr std::int64_t read_at_once = 1'000;

// The filter once for each action that it means, so that each is read in the order of an index.
std::vector<AuditFilter> by_action(Database& database, const AuditFilter& filter) {
    if (filter.action.empty())
        return {filter};
    std::vector<AuditFilter> filters;
    database.read_now([&](Reader& db) {
        filters.clear();
        for (auto& action : audit_store::list_actions(db, filter.action)) {
            filters.push_back(filter);
            filters.back().action = std::move(action);
        }
    });
    return filters;
}

std::vector<AuditRecord> list(Database& database, const std::vector<AuditFilter>& filters,
                              audit_store::AuditPlace place, std::int64_t limit) {
    std::vector<AuditRecord> records;
    database.read_now([&](Reader& db) {
        records.clear();
        for (const auto& filter : filters)
            std::ranges::move(audit_store::list(db, filter, place, limit), std::back_inserter(records));
    });
    std::ranges::sort(records, std::greater(),
                      [](const AuditRecord& record) { return std::pair(record.at, record.id); });
    records.resize(std::min(records.size(), static_cast<std::size_t>(limit)));
    return records;
}

} // namespace

std::int64_t read_audit_log(Database& database, const AuditFilter& filter, std::int64_t limit,
                            const std::function<void(const AuditRecord&)>& each) {
    const auto filters = by_action(database, filter);
    std::int64_t count = 0;
    audit_store::AuditPlace place{filter.until, {}};
    while (count < limit) {
        const std::int64_t wanted = std::min(limit - count, read_at_once);
        const auto records = list(database, filters, place, wanted);
        for (const auto& record : records)
            each(record);
        count += std::ssize(records);
        if (std::ssize(records) < wanted)
            break;
        place = {records.back().at, records.back().id};
    }
    return count;
}

} // namespace xentree
