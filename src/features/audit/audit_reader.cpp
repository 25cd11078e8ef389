#include "features/audit/audit_reader.h"

#include <algorithm>

#include "features/audit/store.h"

namespace xentree {

namespace {

constexpr std::int64_t read_at_once = 1'000;

} // namespace

std::int64_t read_audit_log(Database& database, const AuditFilter& filter, std::int64_t limit,
                            const std::function<void(const AuditRecord&)>& each) {
    std::int64_t count = 0;
    audit_store::AuditPlace place{filter.until, {}};
    while (count < limit) {
        const std::int64_t wanted = std::min(limit - count, read_at_once);
        std::vector<AuditRecord> records;
        database.read_now([&](Reader& db) { records = audit_store::list(db, filter, place, wanted); });
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
