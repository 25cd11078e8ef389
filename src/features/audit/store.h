#pragma once
#include <vector>

#include "features/audit/audit_filter.h"
#include "features/audit/audit_record.h"
#include "storage/database.h"

// The SQL of the audit log. The only text in the program that deletes from it is erase_oldest.
namespace xentree::audit_store {

// Where a part of the log ends that goes backwards.
struct AuditPlace {
    Instant at;
    AuditId id;
};

void insert(Writer& db, const AuditRecord& record);

// Newest first, from before `place` on, each by an index; of the filter's `action` the whole counts here.
std::vector<AuditRecord> list(Reader& db, const AuditFilter& filter, AuditPlace place, std::int64_t limit);

// The actions in the log that begin so; found one after the other, without a look at every row.
std::vector<std::string> list_actions(Reader& db, std::string_view beginning);

// Those of before, the oldest first; answers how many.
std::int64_t erase_oldest(Writer& db, Instant before, std::int64_t limit);

std::optional<OrganizationId> find_organization(Reader& db, std::string_view slug);
// By username or e-mail address; `name` is in lower case.
std::optional<UserId> find_user(Reader& db, std::string_view name);

} // namespace xentree::audit_store
