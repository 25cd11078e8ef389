#include "app/doctor.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "app/application.h"
#include "app/check_settings.h"
#include "app/mail.h"
#include "app/providers.h"
#include "http/outbound.h"
#include "storage/migrations.h"

namespace xentree {

namespace {

constexpr std::uint64_t little_space = 1ull << 30; // bytes
constexpr Seconds worrying_difference{5};

class Examination {
  public:
    // `look` answers what is well; it throws std::runtime_error with what is wrong and what to do.
    template<class F>
    void check(const char* part, F look) {
        try {
            const std::string finding = look();
            std::printf("ok    %-10s %s\n", part, finding.c_str());
        } catch (const std::exception& error) {
            std::printf("FAIL  %-10s %s\n", part, error.what());
            ++failures_;
        }
    }
    int exit_code() const { return failures_ == 0 ? 0 : 1; }

  private:
    int failures_ = 0;
};

std::string check_disk(const std::string& directory) {
    struct statvfs volume {};
    if (::statvfs(directory.c_str(), &volume) != 0)
        throw std::runtime_error(
            fmt::format("{} cannot be looked at. Choose a directory with --data.", directory));
    const std::uint64_t free = static_cast<std::uint64_t>(volume.f_bavail) * volume.f_frsize;
    if (free < little_space)
        throw std::runtime_error(fmt::format("Only {} MiB are free in {}. Make room, or move it with --data.",
                                             free >> 20, directory));
    return fmt::format("{} GiB free in {}", free >> 30, directory);
}

std::string check_clock(const Clock& clock, Database& database) {
    if (clock.now() < std::chrono::sys_days(std::chrono::year(2025) / 1 / 1))
        throw std::runtime_error(
            "The clock shows a time before 2025. Set it, with NTP at best: tokens depend on it.");
    if (!is_time_zone("Europe/Zagreb"))
        throw std::runtime_error("The time zones are missing. Install the package tzdata.");
    if (database.kind() != "postgresql")
        return format_instant(clock.now());
    std::int64_t there = 0;
    database.read_now([&](Reader& db) {
        there = *db.one<std::int64_t>("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)");
    });
    const auto difference = std::chrono::abs(clock.now() - Instant(Milliseconds(there)));
    if (difference > worrying_difference)
        throw std::runtime_error(fmt::format("It differs from the database's by {} s. Set both with NTP.",
                                             std::chrono::duration_cast<Seconds>(difference).count()));
    return fmt::format("{}, {} ms from the database's", format_instant(clock.now()), difference.count());
}

// How many migrations the start would apply; all of them where the schema was never made.
std::size_t count_pending(Database& database) {
    std::vector<std::string> applied;
    try {
        database.read_now(
            [&](Reader& db) { applied = db.all<std::string>("SELECT name FROM schema_migrations"); });
    } catch (const ApiError&) {
        throw std::runtime_error("It does not answer. The log says why.");
    } catch (const std::runtime_error&) {
        return built_in_migrations().size(); // there is no such table yet
    }
    const auto known = built_in_migrations();
    for (const auto& name : applied) {
        if (std::ranges::find(known, name, &Migration::name) == known.end())
            throw std::runtime_error(
                fmt::format("It has the migration {} of a newer version. Run that.", name));
    }
    return known.size() - applied.size();
}

std::string check_database(Database& database, std::size_t pending) {
    if (pending > 0)
        return fmt::format("{}, the start (or `xentree migrate`) applies {} migrations", database.kind(),
                           pending);
    std::int64_t users = 0;
    database.read_now([&](Reader& db) { users = *db.one<std::int64_t>("SELECT COUNT(*) FROM users"); });
    return fmt::format("{}, {} accounts", database.kind(), users);
}

Task<int> ask_for_models(const ProviderSettings& settings) {
    OutboundRequest request = request_for_models(settings);
    const auto response = co_await send_outbound(std::move(request));
    co_return response->status();
}

std::string check_provider(const std::string& id, const ProviderSettings& settings) {
    asio::io_context context(1);
    auto call = [&settings]() -> Task<int> { return ask_for_models(settings); };
    auto future = asio::co_spawn(context, call, asio::use_future);
    context.run();
    int status = 0;
    try {
        status = future.get();
    } catch (const OutboundError& error) {
        throw std::runtime_error(
            fmt::format("{} does not answer ({}). Is provider.{}.base_url right, and the server up?", id,
                        error.what(), id));
    }
    if (status == 400 || status == 401 || status == 403)
        throw std::runtime_error(fmt::format("{} refuses the key. Set provider.{}.api_key.", id, id));
    if (status >= 500)
        throw std::runtime_error(fmt::format("{} answers with status {}.", id, status));
    return fmt::format("{} answers", id);
}

std::string check_mail(const Settings& settings) {
    try {
        probe_mail_server(mail_server(settings));
    } catch (const MailError& error) {
        throw std::runtime_error(fmt::format(
            "The mail server does not let us in ({}). Are mail.url, mail.user and mail.password right?",
            error.what()));
    }
    return "the mail server lets us in";
}

} // namespace

int run_doctor(const Settings& settings) {
    Examination examination;
    examination.check("settings", [&] {
        check_settings(settings);
        set_outbound_network(parse_outbound(settings.outbound));
        return std::string("are well formed");
    });
    std::unique_ptr<MasterKey> master_key;
    std::unique_ptr<Database> database;
    std::size_t pending = 1;
    const std::unique_ptr<Clock> clock = make_clock(settings);
    examination.check("storage", [&] {
        make_data_directory(settings);
        master_key = load_master_key(settings);
        return fmt::format("data directory {}", settings.data);
    });
    examination.check("disk", [&] { return check_disk(settings.data); });
    examination.check("database", [&] {
        database = open_database(settings);
        pending = count_pending(*database);
        return check_database(*database, pending);
    });
    if (database)
        examination.check("clock", [&] { return check_clock(*clock, *database); });
    if (master_key && pending == 0)
        examination.check("keys", [&] {
            AccessTokenKeys(*database, *master_key, *clock).load();
            TenantKeys::check(*database, *master_key);
            return std::string("the master key opens the database's secrets");
        });
    for (const auto& id : settings.provider_order)
        examination.check("provider", [&] { return check_provider(id, settings.providers.at(id)); });
    if (!settings.mail.url.empty())
        examination.check("mail", [&] { return check_mail(settings); });
    if (settings.provider_order.empty())
        std::puts(
            "note  provider   none is configured: chat is answered with quotes, not by a language model. "
            "See docs/providers.md.");
    return examination.exit_code();
}

} // namespace xentree
