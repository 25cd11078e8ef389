#include "app/rotate_keys_command.h"

#include <cstdio>
#include <memory>

#include "app/application.h"

namespace xentree {

namespace {

struct Wanted {
    std::string organization; // empty: all
    bool now = false;
};

void print(OrganizationId organization, const KeyRotation::Outcome& outcome) {
    std::printf("%s: key %s %s and signs from %s on\n", organization.text().c_str(), outcome.kid.c_str(),
                outcome.is_new ? "is published" : "was published before",
                format_instant(outcome.activates_at).c_str());
}

void rotate(KeyRotation& rotation, const std::string& organization) {
    if (organization.empty()) {
        std::int64_t number = 0;
        rotation.rotate_all([&](OrganizationId id, const KeyRotation::Outcome& outcome) {
            print(id, outcome);
            ++number;
        });
        std::printf("%lld organizations have a next key.\n", static_cast<long long>(number));
        return;
    }
    const OrganizationId id = rotation.find_organization(organization);
    if (const auto outcome = rotation.rotate(id))
        print(id, *outcome);
    else
        std::puts("The organization has no key yet: its first is made when it is needed.");
}

void withdraw(KeyRotation& rotation, const std::string& organization) {
    const std::int64_t number = organization.empty()
                                    ? rotation.withdraw_all()
                                    : rotation.withdraw(rotation.find_organization(organization));
    std::printf(
        "%lld keys are withdrawn. Running servers refuse what they signed within 10 seconds; new keys "
        "are made when they are needed.\nOutside verifiers may have a copy of the old key set for 5 "
        "minutes; who pins fingerprints needs the new ones.\n",
        static_cast<long long>(number));
}

void run(const Settings& settings, const Wanted& wanted) {
    const Foundation foundation(settings);
    foundation.database->migrate();
    const AuditLog audit(*foundation.clock);
    WorkerPool making(1, 1);
    KeyRotation rotation({*foundation.database, *foundation.master_key, *foundation.clock, audit, making,
                          std::chrono::days(settings.integration.key_days)});
    if (wanted.now) {
        withdraw(rotation, wanted.organization);
        return;
    }
    TenantKeys::check(*foundation.database, *foundation.master_key); // or the new key would be lost as well
    rotate(rotation, wanted.organization);
}

} // namespace

void add_rotate_keys_command(CLI::App& admin, std::function<Settings()> settings) {
    // Shared with the callback, which runs while the command line is parsed.
    const auto wanted = std::make_shared<Wanted>();
    CLI::App& rotating = *admin.add_subcommand(
        "rotate-keys", "Publish the next key that organizations sign integration tokens with (not that of "
                       "access tokens: see rotate-signing-key); it signs six minutes later");
    rotating.fallthrough();
    rotating.add_option("--organization", wanted->organization, "Only this one: its id or slug")
        ->type_name("ID|SLUG");
    rotating.add_flag("--now", wanted->now,
                      "A key has leaked: withdraw all keys at once, and make void what they signed");
    rotating.callback([=] { run(settings(), *wanted); });
}

} // namespace xentree
