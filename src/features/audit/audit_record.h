#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"

namespace xentree {

// What a command at the server is noted with.
inline constexpr std::string_view operator_credential = "operator";

// A row of the audit log. The names are the present ones: none of who or what is gone, and none to write.
struct AuditRecord {
    AuditId id;
    Instant at;
    std::string action;
    std::optional<UserId> actor;
    std::optional<std::string> actor_name;
    std::string credential;
    std::optional<OrganizationId> organization;
    std::optional<std::string> organization_slug;
    std::string target;
    std::string details; // a JSON object
    std::optional<std::string> address;
    std::optional<RequestId> request;
};
BOOST_DESCRIBE_STRUCT(AuditRecord, (),
                      (id, at, action, actor, actor_name, credential, organization, organization_slug, target,
                       details, address, request))

// For a terminal: a line without its end, and the line above all of them.
std::string audit_table_head();
std::string audit_table_row(const AuditRecord& record);
// A JSON object in one line, with all that is known.
std::string audit_json(const AuditRecord& record);

} // namespace xentree
