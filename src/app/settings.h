#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace xentree {

// An AI provider of the settings: provider.NAME.*
struct ProviderSettings {
    std::string kind = "openai";
    std::string name; // empty: its id
    std::string base_url;
    std::string api_key;
    std::string models;          // apart by commas, the first is the default
    std::int64_t max_tokens = 0; // of an answer; 0: the kind's own
    std::int64_t connect_timeout_seconds = 5;
    std::int64_t timeout_seconds = 60;
    std::int64_t total_timeout_seconds = 300;
};

// A connector to an outside service: connectors.NAME.*
struct ConnectorSettings {
    std::string client_id; // empty: not configured
    std::string client_secret;
    std::string authorization_url; // of these, empty: the provider's own
    std::string token_url;
    std::string revocation_url;
    std::string api_url;
};

// Everything that an operator can set. Times are in seconds, sizes say their unit.
struct Settings {
    std::string listen = "127.0.0.1:8080";
    std::string public_url;
    std::string data = "./data";
    std::string database;
    std::int64_t database_connections = 8;
    std::int64_t threads = 0;
    std::string master_key;
    std::string master_key_file;
    std::string trusted_proxies;
    std::string allowed_origins = "*";
    std::string metrics_listen;
    std::string metrics_key;
    std::string log_format = "text";
    std::string log_level = "info";
    bool access_log = true;
    std::int64_t argon2_memory_kib = 19 * 1024;
    std::string test_clock;

    struct Http {
        std::int64_t max_connections = 10'000;
        std::int64_t max_connections_per_address = 1'000;
        std::int64_t overload_delay_ms = 10;
        std::int64_t idle_timeout = 75;
        std::int64_t header_timeout = 10;
        std::int64_t body_timeout = 30;
        std::int64_t drain_timeout = 20;
    } http;

    struct Limits { // requests a minute; 0 is no limit
        std::int64_t address = 600;
        std::int64_t caller = 1200;
        std::int64_t api_key = 600;
        std::int64_t login_address = 20;
        std::int64_t login_account = 10;
        std::int64_t register_address = 20;
        std::int64_t refresh_address = 20;
        std::int64_t chat = 60;
        std::int64_t mail_address = 10;
    } limits;

    struct Mail {
        std::string url; // empty: no mail
        std::string user;
        std::string password;
        std::string from;
        bool needs_tls = true;
        std::string ca_file;
        std::string link_base;
    } mail;

    struct Integration {
        std::int64_t key_days = 90;
    } integration;

    struct Audit {
        std::int64_t keep_days = 365; // 0 is for ever
    } audit;

    struct Organizations {
        std::int64_t invitation_days = 7;
        std::int64_t pending_invitations = 1'000;
        std::int64_t daily_invitations = 500;
    } organizations;

    struct Outbound {
        std::string proxy;
        std::string no_proxy = "localhost,127.0.0.0/8,::1";
        std::string allow_private;
    } outbound;

    struct Ai {
        struct Monthly { // answers of outside providers a user and month, for each plan; nothing is unlimited
            std::optional<std::int64_t> free = 200;
            std::optional<std::int64_t> pro = 5'000;
            std::optional<std::int64_t> enterprise;
        } monthly;
    } ai;

    struct Connectors {
        std::string redirect_uris;
        std::int64_t timeout_seconds = 10;
        ConnectorSettings google_calendar;
    } connectors;

    std::map<std::string, ProviderSettings> providers;
    std::vector<std::string>
        provider_order; // as they stand in the file, then the environment's, then the flags'
};

// A row of the table of settings, out of which --help, the example file and the docs are made.
struct SettingRow {
    std::string name; // limits.chat: --limits.chat, XENTREE_LIMITS_CHAT, [limits] chat
    std::string meaning;
    std::string default_value;
};

std::vector<SettingRow> setting_rows();
std::vector<SettingRow> provider_setting_rows(); // with NAME for the provider's id

// Sets one by its name. Throws std::runtime_error that names it: no such setting, or a value it does not
// take.
void set_setting(Settings& settings, const std::string& name, const std::string& value);

// The base address that clients reach the API at; see the setting public_url.
std::string public_url(const Settings& settings);

std::string setting_flag(std::string_view name);     // --limits.login-address
std::string setting_variable(std::string_view name); // XENTREE_LIMITS_LOGIN_ADDRESS

} // namespace xentree
