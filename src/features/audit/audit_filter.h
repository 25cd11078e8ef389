#pragma once
#include <optional>
#include <string>

#include "base/id.h"
#include "base/time.h"
#include "storage/database.h"

namespace xentree {

// What an operator asks the audit log for, as it was typed; empty is everything.
struct AuditQuestion {
    std::string organization = {};      // id or present slug
    std::string actor = {};             // id, present username or e-mail address, or `operator`
    std::string action = {};            // how it begins: member. or invitation.created
    std::string target = {};            // id
    std::string since = {}, until = {}; // RFC 3339, a date (UTC), or how long ago: 90m, 24h, 7d
};

struct AuditFilter {
    std::optional<OrganizationId> organization;
    std::optional<UserId> actor;
    bool is_by_operator = false;
    std::string action; // how it begins
    std::string target;
    Instant since{}, until = Instant::max(); // from the first, before the second
};

// Throws std::runtime_error with a sentence: a part that is malformed, or an organization or account that
// there is not.
AuditFilter make_audit_filter(Reader& db, const AuditQuestion& question, Instant now);

} // namespace xentree
