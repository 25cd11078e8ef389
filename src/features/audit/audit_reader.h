#pragma once
#include <functional>

#include "features/audit/audit_filter.h"
#include "features/audit/audit_record.h"

namespace xentree {

// Calls `each` with what fits the filter, newest first, `limit` times at most; answers how often. No more
// than 1,000 records of each action that is meant are in memory at once, and no transaction is open while
// `each` runs. Blocks.
std::int64_t read_audit_log(Database& database, const AuditFilter& filter, std::int64_t limit,
                            const std::function<void(const AuditRecord&)>& each);

} // namespace xentree
