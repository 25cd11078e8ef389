#include "app/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <functional>
#include <limits>
#include <regex>
#include <stdexcept>

#include "base/text.h"

namespace xentree {

namespace {

// How one member of a struct of settings is read and shown.
template<class Owner>
struct Row {
    std::string name;
    std::function<void(Owner&, const std::string&)> set; // throws what is wrong with the value
    std::function<std::string(const Owner&)> show;
    std::string meaning;
    bool is_secret = false;
};

struct Range {
    std::int64_t least = 0;
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

std::int64_t parse_number(const std::string& value, Range range) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number < range.least ||
        number > range.most)
        throw std::runtime_error(
            range.most == Range().most
                ? fmt::format("must be a whole number from {} on", range.least)
                : fmt::format("must be a whole number from {} to {}", range.least, range.most));
    return number;
}

std::int64_t parse_allowance(const std::string& value) {
    constexpr Range range{0, std::numeric_limits<std::int32_t>::max()};
    try {
        return parse_number(value, range);
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(fmt::format("{}, or unlimited", error.what()));
    }
}

bool parse_boolean(const std::string& value) {
    if (value != "true" && value != "false")
        throw std::runtime_error("must be true or false");
    return value == "true";
}

// `member` answers the place of the value in its owner.
template<class Owner, class Member>
Row<Owner> text(std::string name, Member member, std::string meaning) {
    return {std::move(name), [member](Owner& owner, const std::string& value) { member(owner) = value; },
            [member](const Owner& owner) { return member(owner); }, std::move(meaning)};
}

template<class Owner, class Member>
Row<Owner> secret(std::string name, Member member, std::string meaning) {
    auto row = text<Owner>(std::move(name), member, std::move(meaning));
    row.is_secret = true;
    return row;
}

template<class Owner, class Member>
Row<Owner> choice(std::string name, Member member, std::vector<std::string> values, std::string meaning) {
    auto row = text<Owner>(std::move(name), member, fmt::format("{}: {}", meaning, fmt::join(values, ", ")));
    row.set = [member, values](Owner& owner, const std::string& value) {
        if (std::find(values.begin(), values.end(), value) == values.end())
            throw std::runtime_error(fmt::format("must be one of {}", fmt::join(values, ", ")));
        member(owner) = value;
    };
    return row;
}

template<class Owner, class Member>
Row<Owner> number(std::string name, Member member, Range range, std::string meaning) {
    return {std::move(name),
            [member, range](Owner& owner, const std::string& value) {
                member(owner) = parse_number(value, range);
            },
            [member](const Owner& owner) { return std::to_string(member(owner)); }, std::move(meaning)};
}

// Nothing is "unlimited".
template<class Owner, class Member>
Row<Owner> allowance(std::string name, Member member, std::string meaning) {
    return {std::move(name),
            [member](Owner& owner, const std::string& value) {
                member(owner).reset();
                if (value != "unlimited")
                    member(owner) = parse_allowance(value);
            },
            [member](const Owner& owner) {
                return member(owner) ? std::to_string(*member(owner)) : std::string("unlimited");
            },
            std::move(meaning)};
}

template<class Owner, class Member>
Row<Owner> boolean(std::string name, Member member, std::string meaning) {
    return {std::move(name),
            [member](Owner& owner, const std::string& value) { member(owner) = parse_boolean(value); },
            [member](const Owner& owner) { return member(owner) ? "true" : "false"; }, std::move(meaning)};
}

#define AT(path)                                                                                             \
    [](auto& owner) -> auto& {                                                                               \
        return owner.path;                                                                                   \
    }

const std::vector<Row<Settings>>& table() {
    using S = Settings;
    constexpr Range seconds{1, 86'400};
    constexpr Range a_minute{0, 1'000'000};
    static const std::vector<Row<S>> rows{
        text<S>("listen", AT(listen), "Address and port to serve on; port 0 takes a free one"),
        text<S>("public_url", AT(public_url),
                "Base address that clients reach the API at, as https://api.example.com; it is the issuer of "
                "integration tokens, so all nodes need the same. Empty: http:// and listen"),
        text<S>("data", AT(data),
                "Directory for everything that the server keeps itself; made where it is missing"),
        text<S>("database", AT(database),
                "sqlite:FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME; empty: xentree.db in the data "
                "directory"),
        number<S>("database_connections", AT(database_connections), {1, 1000},
                  "PostgreSQL: connections for reads, and as many for writes"),
        number<S>("threads", AT(threads), {0, 1024}, "Threads that serve connections; 0: one a processor"),
        secret<S>(
            "master_key", AT(master_key),
            "Key that secrets in the database are sealed with, 32 bytes in base64url; empty: from the file"),
        text<S>(
            "master_key_file", AT(master_key_file),
            "File with the master key, made where it is missing; empty: master.key in the data directory"),
        text<S>("trusted_proxies", AT(trusted_proxies),
                "Addresses and ranges, apart by commas, of proxies whose X-Forwarded-For is believed"),
        text<S>("allowed_origins", AT(allowed_origins),
                "Web origins that browsers may call from: *, or origins apart by commas"),
        text<S>("metrics_listen", AT(metrics_listen),
                "Address and port that serves /metrics alone, without a key"),
        secret<S>("metrics_key", AT(metrics_key), "Bearer token that opens /metrics on the main address"),
        choice<S>("log_format", AT(log_format), {"text", "json"}, "Form of the log on standard error"),
        choice<S>("log_level", AT(log_level), {"debug", "info", "warning", "error"},
                  "Least level that is logged"),
        boolean<S>("access_log", AT(access_log), "Whether each request is logged (at level info)"),
        number<S>("argon2_memory_kib", AT(argon2_memory_kib), {8, 4 * 1024 * 1024},
                  "Memory of a password hash, KiB"),
        text<S>("test_clock", AT(test_clock),
                "For tests: file with the milliseconds that the clock is moved by"),
        number<S>("http.max_connections", AT(http.max_connections), {1, 1'000'000},
                  "Connections open at once"),
        number<S>("http.max_connections_per_address", AT(http.max_connections_per_address), {0, 1'000'000},
                  "Connections open at once from one address that is no trusted proxy; 0 is no limit"),
        number<S>("http.overload_delay_ms", AT(http.overload_delay_ms), {0, 60'000},
                  "Milliseconds that requests may wait for a processor, for 100 ms on end, before some "
                  "are refused; 0 refuses none"),
        number<S>("http.idle_timeout", AT(http.idle_timeout), seconds,
                  "Seconds that a connection may be idle"),
        number<S>("http.header_timeout", AT(http.header_timeout), seconds,
                  "Seconds for the head of a request"),
        number<S>("http.body_timeout", AT(http.body_timeout), seconds,
                  "Seconds for a body or an answer, and one more for each 32 KiB"),
        number<S>("http.drain_timeout", AT(http.drain_timeout), seconds,
                  "Seconds that open requests and streams get when the server is told to stop"),
        number<S>("limits.address", AT(limits.address), a_minute,
                  "Requests a minute from one address; 0: no limit"),
        number<S>("limits.caller", AT(limits.caller), a_minute, "Requests a minute of one user"),
        number<S>("limits.api_key", AT(limits.api_key), a_minute,
                  "Requests a minute with one API key, which count for its maker too"),
        number<S>("limits.login_address", AT(limits.login_address), a_minute,
                  "Logins a minute from one address"),
        number<S>("limits.login_account", AT(limits.login_account), a_minute,
                  "Failed logins a minute at one account; addresses that it is used from count apart"),
        number<S>("limits.register_address", AT(limits.register_address), a_minute,
                  "Registrations a minute from one address"),
        number<S>("limits.refresh_address", AT(limits.refresh_address), a_minute,
                  "Token refreshes a minute from one address"),
        number<S>("limits.chat", AT(limits.chat), a_minute, "AI answers a minute for one caller"),
        number<S>("limits.mail_address", AT(limits.mail_address), a_minute,
                  "Forgotten passwords a minute from one address"),
        text<S>("mail.url", AT(mail.url),
                "Mail server: smtp://HOST:PORT (STARTTLS) or smtps://HOST:PORT; empty: no mail is sent"),
        text<S>("mail.user", AT(mail.user), "Name to log in to the mail server with; empty: no login"),
        secret<S>("mail.password", AT(mail.password), "Its password"),
        text<S>("mail.from", AT(mail.from), "Sender: a@example.com, or Name <a@example.com>"),
        boolean<S>("mail.needs_tls", AT(mail.needs_tls),
                   "Whether smtp:// goes on with STARTTLS only; false sends in the clear"),
        text<S>("mail.ca_file", AT(mail.ca_file),
                "File (PEM) with the authorities of the mail server's certificate; empty: the system's"),
        text<S>("mail.link_base", AT(mail.link_base),
                "Where links lead that are mailed or given out: the public URL that has /reset-password, "
                "/verify-email and /invite; empty, without mail: the address that is listened on"),
        number<S>("integration.key_days", AT(integration.key_days), {1, 3'650},
                  "Days for which an organization's key signs integration tokens before the next one does"),
        number<S>("audit.keep_days", AT(audit.keep_days), {0, 36'500},
                  "Days that the audit log is kept; 0: for ever"),
        number<S>("organizations.invitation_days", AT(organizations.invitation_days), {1, 30},
                  "Days for which an invitation is good"),
        number<S>("organizations.pending_invitations", AT(organizations.pending_invitations), {1, 100'000},
                  "Invitations of one organization that may be pending at once"),
        number<S>("organizations.daily_invitations", AT(organizations.daily_invitations), {1, 1'000'000},
                  "Invitations that one user may make in 24 hours"),
        secret<S>("outbound.proxy", AT(outbound.proxy),
                  "Proxy for calls to outside services: http, https or socks5h://[USER:PASSWORD@]HOST:PORT; "
                  "empty: none. Variables such as http_proxy do not count"),
        text<S>("outbound.no_proxy", AT(outbound.no_proxy),
                "Names (with what is below them), addresses and ranges, apart by commas, that are called "
                "without the proxy"),
        text<S>("outbound.allow_private", AT(outbound.allow_private),
                "Addresses and ranges, apart by commas, outside the public internet that URLs set by users "
                "may lead to"),
        allowance<S>("ai.monthly.free", AT(ai.monthly.free),
                     "Plan free: answers of outside AI providers a user and month, or unlimited"),
        allowance<S>("ai.monthly.pro", AT(ai.monthly.pro), "Plan pro: the same"),
        allowance<S>("ai.monthly.enterprise", AT(ai.monthly.enterprise), "Plan enterprise: the same"),
        text<S>(
            "connectors.redirect_uris", AT(connectors.redirect_uris),
            "Addresses, apart by commas, where a browser may go on to from a provider's consent, compared "
            "as a whole; the first is the default. Empty: /settings/integrations below public_url"),
        number<S>("connectors.timeout_seconds", AT(connectors.timeout_seconds), {1, 60},
                  "Seconds for a whole answer of a provider"),
        text<S>("connectors.google_calendar.client_id", AT(connectors.google_calendar.client_id),
                "Google Calendar: id of the OAuth client of this server at Google; empty: not offered"),
        secret<S>("connectors.google_calendar.client_secret", AT(connectors.google_calendar.client_secret),
                  "Its secret"),
        text<S>("connectors.google_calendar.authorization_url",
                AT(connectors.google_calendar.authorization_url), "Its consent page; empty: Google's"),
        text<S>("connectors.google_calendar.token_url", AT(connectors.google_calendar.token_url),
                "Its token endpoint; empty: Google's"),
        text<S>("connectors.google_calendar.revocation_url", AT(connectors.google_calendar.revocation_url),
                "Its revocation endpoint; empty: Google's"),
        text<S>("connectors.google_calendar.api_url", AT(connectors.google_calendar.api_url),
                "Its calendar API, up to and with the version; empty: Google's"),
    };
    return rows;
}

const std::vector<Row<ProviderSettings>>& provider_table() {
    using P = ProviderSettings;
    constexpr Range seconds{1, 3'600};
    static const std::vector<Row<P>> rows{
        choice<P>("kind", AT(kind), {"openai", "anthropic", "gemini"}, "Protocol"),
        text<P>("name", AT(name), "Name to show; empty: its id"),
        text<P>("base_url", AT(base_url),
                "Address up to and with the version, such as http://127.0.0.1:11434/v1; empty, for the kinds "
                "anthropic and gemini: their maker's"),
        secret<P>("api_key", AT(api_key), "Key that is sent to it; empty: none"),
        text<P>("models", AT(models), "Ids of its models, apart by commas; the first is the default"),
        number<P>(
            "max_tokens", AT(max_tokens), {0, 1'000'000},
            "Longest answer in tokens, for the kinds anthropic (0: 8192) and gemini (0: the model's own "
            "limit)"),
        number<P>("connect_timeout_seconds", AT(connect_timeout_seconds), seconds,
                  "Seconds for the connection"),
        number<P>("timeout_seconds", AT(timeout_seconds), seconds,
                  "Seconds of silence before it is given up"),
        number<P>("total_timeout_seconds", AT(total_timeout_seconds), seconds, "Seconds for a whole answer"),
    };
    return rows;
}

#undef AT

template<class Owner>
void set_in(const std::vector<Row<Owner>>& rows, Owner& owner, std::string_view key,
            const std::string& value) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == key; });
    if (row == rows.end())
        throw std::runtime_error("there is no such setting");
    row->set(owner, value);
}

template<class Owner>
std::vector<SettingRow> shown(const std::vector<Row<Owner>>& rows, const std::string& prefix) {
    const Owner defaults;
    std::vector<SettingRow> all;
    all.reserve(rows.size());
    for (const auto& row : rows)
        all.push_back(
            {prefix + row.name, row.meaning + (row.is_secret ? " (secret)" : ""), row.show(defaults)});
    return all;
}

void set_provider_setting(Settings& settings, std::string_view path, const std::string& value) {
    const auto dot = path.find('.');
    const std::string id(path.substr(0, dot));
    static const std::regex form("[a-z0-9][a-z0-9_]{0,63}");
    if (dot == std::string_view::npos || !std::regex_match(id, form) || id == "auto" || id == "extractive")
        throw std::runtime_error("must be provider.NAME.SETTING with a NAME of a-z, 0-9 and _");
    if (!settings.providers.contains(id))
        settings.provider_order.push_back(id);
    set_in(provider_table(), settings.providers[id], path.substr(dot + 1), value);
}

} // namespace

std::vector<SettingRow> setting_rows() {
    return shown(table(), "");
}
std::vector<SettingRow> provider_setting_rows() {
    return shown(provider_table(), "provider.NAME.");
}

void set_setting(Settings& settings, const std::string& name, const std::string& value) {
    try {
        if (name.starts_with("provider."))
            set_provider_setting(settings, std::string_view(name).substr(9), value);
        else
            set_in(table(), settings, name, value);
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(fmt::format("setting {}: {}", name, error.what()));
    }
}

std::string public_url(const Settings& settings) {
    return settings.public_url.empty() ? fmt::format("http://{}", settings.listen) : settings.public_url;
}

std::string setting_flag(std::string_view name) {
    std::string flag = fmt::format("--{}", name);
    std::replace(flag.begin(), flag.end(), '_', '-');
    return flag;
}

std::string setting_variable(std::string_view name) {
    std::string variable = fmt::format("XENTREE_{}", name);
    for (char& letter : variable) {
        if (letter == '.' || letter == '-')
            letter = '_';
        else if (letter >= 'a' && letter <= 'z')
            letter = static_cast<char>(letter - 'a' + 'A');
    }
    return variable;
}

} // namespace xentree
