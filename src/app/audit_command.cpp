#include "app/audit_command.h"

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <utility>

#include "app/application.h"
#include "features/audit/audit_reader.h"

namespace xentree {

namespace {

struct Asked {
    AuditQuestion question;
    std::int64_t limit = 100;
    bool as_json = false;
};

void print(const std::string& line) {
    if (std::fputs(line.c_str(), stdout) < 0 || std::fputc('\n', stdout) == EOF)
        throw std::runtime_error("The output cannot be written.");
}

void print_audit_log(const Settings& settings, const Asked& asked) {
    const Foundation foundation(settings);
    Database& database = *foundation.database;
    database.migrate();
    AuditFilter filter;
    database.read_now(
        [&](Reader& db) { filter = make_audit_filter(db, asked.question, foundation.clock->now()); });
    bool has_head = asked.as_json;
    const auto printed = read_audit_log(database, filter, asked.limit, [&](const AuditRecord& record) {
        if (!std::exchange(has_head, true))
            print(audit_table_head());
        print(asked.as_json ? audit_json(record) : audit_table_row(record));
    });
    if (printed == 0)
        std::fputs("There is nothing of this in the audit log.\n", stderr);
    if (std::fflush(stdout) != 0)
        throw std::runtime_error("The output cannot be written.");
}

} // namespace

void add_audit_command(CLI::App& admin, std::function<Settings()> settings) {
    CLI::App& reading = *admin.add_subcommand(
        "audit", "Read the audit log: who changed organizations, credentials and accounts; newest first");
    reading.fallthrough();
    const auto asked = std::make_shared<Asked>();
    const auto filter = [&](const char* flag, std::string AuditQuestion::*member, const char* meaning) {
        reading.add_option(flag, asked->question.*member, meaning)->type_name("");
    };
    filter("--organization", &AuditQuestion::organization, "Only in this organization: its id or slug");
    filter("--actor", &AuditQuestion::actor,
           "Only by this account: its id, username or e-mail address; operator: what was done at the server");
    filter("--action", &AuditQuestion::action, "Only actions that begin so: member. or invitation.created");
    filter("--target", &AuditQuestion::target, "Only what was done to this id");
    filter("--since", &AuditQuestion::since,
           "Only from then on: 2026-05-04T09:20:00Z, 2026-05-04, or how long ago: 90m, 24h, 7d");
    filter("--until", &AuditQuestion::until, "Only before then");
    reading.add_option("--limit", asked->limit, "At most so many [100]")
        ->type_name("")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}).description(""));
    reading.add_flag("--json", asked->as_json, "A JSON object a line, with all that is known");
    reading.callback([asked, settings = std::move(settings)] { print_audit_log(settings(), *asked); });
}

} // namespace xentree
