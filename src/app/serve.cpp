#include "app/serve.h"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/resource.h>

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "app/application.h"
#include "app/check_settings.h"
#include "app/pages.h"
#include "app/version.h"
#include "base/log.h"
#include "http/dispatcher.h"
#include "http/server.h"

namespace xentree {

namespace {

constexpr std::chrono::seconds upkeep_every{2};

LogLevel level_of(const std::string& name) {
    if (name == "debug")
        return LogLevel::debug;
    if (name == "warning")
        return LogLevel::warning;
    return name == "error" ? LogLevel::error : LogLevel::info;
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

DispatcherOptions dispatcher_options(const Settings& settings) {
    DispatcherOptions options;
    options.address_limit.quota = settings.limits.address;
    options.caller_limit.quota = settings.limits.caller;
    options.key_limit.quota = settings.limits.api_key;
    options.class_limits["login"] = {"login", settings.limits.login_address};
    options.class_limits["register"] = {"register", settings.limits.register_address};
    options.class_limits["refresh"] = {"refresh", settings.limits.refresh_address};
    options.class_limits["chat"] = {"chat", settings.limits.chat};
    options.class_limits["mail"] = {"mail", settings.limits.mail_address};
    options.allowed_origins = parse_origins(settings.allowed_origins);
    return options;
}

ServerOptions server_options(const Settings& settings) {
    ServerOptions options;
    options.listen = settings.listen;
    options.trusted_proxies = AddressRanges::parse(settings.trusted_proxies);
    const unsigned processors = std::max(1u, std::thread::hardware_concurrency());
    options.threads = settings.threads > 0 ? static_cast<std::size_t>(settings.threads) : processors;
    options.max_connections = static_cast<std::size_t>(settings.http.max_connections);
    options.max_connections_per_address = static_cast<std::size_t>(settings.http.max_connections_per_address);
    options.overload_delay = std::chrono::milliseconds(settings.http.overload_delay_ms);
    options.idle_timeout = Seconds(settings.http.idle_timeout);
    options.header_timeout = Seconds(settings.http.header_timeout);
    options.body_timeout = Seconds(settings.http.body_timeout);
    options.drain_timeout = Seconds(settings.http.drain_timeout);
    options.access_log = settings.access_log;
    return options;
}

Answer metrics_answer(const Metrics& metrics) {
    return {200, "text/plain; version=0.0.4; charset=utf-8", metrics.text(), {}, nullptr};
}

bool has_key(const RequestHead& head, const std::string& key) {
    const auto sent = bearer_token(head);
    return sent && sent->size() == key.size() && sodium_memcmp(sent->data(), key.data(), key.size()) == 0;
}

// A server of /metrics alone, on a thread of its own.
class MetricsServer {
  public:
    MetricsServer(const Settings& settings, Application& application, Metrics& metrics) :
        api_(application.api().contract()), own_metrics_(api_),
        dispatcher_({api_, application.sessions(), application.api_keys(), application.token_verifier(),
                     application.workers(), application.clock()},
                    CursorCodec(application.master_key().derive("cursor")), {}) {
        dispatcher_.serve("/metrics", [&metrics](const RequestHead&) { return metrics_answer(metrics); });
        ServerOptions options = server_options(settings);
        options.listen = settings.metrics_listen;
        options.threads = 1;
        options.access_log = false;
        server_.emplace(std::move(options), dispatcher_, own_metrics_, application.clock());
        thread_ = std::thread([this] { server_->run(); });
    }
    ~MetricsServer() {
        server_->drain();
        thread_.join();
    }
    std::string address() const { return server_->address(); }

  private:
    Api api_;
    Metrics own_metrics_;
    Dispatcher dispatcher_;
    std::optional<Server> server_;
    std::thread thread_;
};

// Runs the application's upkeep until it is destroyed.
class UpkeepThread {
  public:
    explicit UpkeepThread(Application& application) :
        thread_([this, &application](const std::stop_token& stop) {
            std::unique_lock lock(mutex_);
            while (!wake_.wait_for(lock, stop, upkeep_every, [&] { return stop.stop_requested(); }))
                application.upkeep();
        }) {}

  private:
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

// Sends mail until it is destroyed; nothing where mail is not configured.
class MailThread {
  public:
    explicit MailThread(MailSender* sender) {
        if (sender)
            thread_ = std::jthread([sender](const std::stop_token& stop) { sender->run(stop); });
    }

  private:
    std::jthread thread_;
};

void watch_mail(Metrics& metrics, const MailCounts& counts, const MailQueue& queue) {
    using Type = prometheus::MetricType;
    const auto add = [&](const char* name, const char* help, Type type, auto read) {
        metrics.watch({name, help, type, [read] { return static_cast<double>(read()); }});
    };
    add("xentree_mails_sent_total", "Mails that the mail server took.", Type::Counter,
        [&counts] { return counts.sent.load(); });
    add("xentree_mails_failed_total", "Tries that failed and are repeated.", Type::Counter,
        [&counts] { return counts.failed.load(); });
    add("xentree_mails_given_up_total", "Mails that nobody gets.", Type::Counter,
        [&counts] { return counts.given_up.load(); });
    add("xentree_mails_waiting", "Mails in the queue at the last look.", Type::Gauge,
        [&queue] { return queue.waiting(); });
}

void print_welcome(const std::string& address) {
    std::printf("xentree is listening on %s\n"
                "  API        %s/api\n"
                "  reference  %s/docs\n"
                "  health     %s/api/health\n",
                address.c_str(), address.c_str(), address.c_str(), address.c_str());
    std::fflush(stdout);
}

} // namespace

int serve(const Settings& settings) {
    raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);
    start_logging(settings.log_format == "json" ? LogFormat::json : LogFormat::text,
                  level_of(settings.log_level));
    struct LogEnd {
        ~LogEnd() { stop_logging(); }
    } log_end;

    check_settings(settings);
    set_outbound_network(parse_outbound(settings.outbound));
    Foundation foundation(settings);
    for (const auto& name : foundation.database->migrate())
        log(LogLevel::info, "migrated the database: {}", name);
    Application application(settings, std::move(foundation));
    Metrics metrics(application.api());
    if (const MailSender* sender = application.mail_sender())
        watch_mail(metrics, sender->counts(), application.mail_queue());
    Dispatcher dispatcher({application.api(), application.sessions(), application.api_keys(),
                           application.token_verifier(), application.workers(), application.clock()},
                          CursorCodec(application.master_key().derive("cursor")),
                          dispatcher_options(settings));
    serve_pages(dispatcher, application.api());
    if (!settings.metrics_key.empty())
        dispatcher.serve("/metrics", [&](const RequestHead& head) {
            if (!has_key(head, settings.metrics_key))
                throw ApiError(ErrorCode::not_authenticated, "The metrics need their key as bearer token.");
            return metrics_answer(metrics);
        });
    Server server(server_options(settings), dispatcher, metrics, application.clock());
    if (settings.mail.link_base.empty())
        application.invitations().lead_links_to(server.address());
    std::optional<MetricsServer> metrics_server;
    if (!settings.metrics_listen.empty()) {
        metrics_server.emplace(settings, application, metrics);
        log(LogLevel::info, "metrics on {}/metrics", metrics_server->address());
    }
    if (!settings.test_clock.empty())
        log(LogLevel::warning, "the clock is one for tests");

    asio::signal_set signals(server.executor(), SIGINT, SIGTERM);
    bool draining = false;
    std::function<void(const boost::system::error_code&, int)> on_signal = [&](const auto& error,
                                                                               int signal) {
        if (error)
            return;
        if (std::exchange(draining, true))
            std::_Exit(1); // told twice: at once. What was acknowledged is on the disk.
        log(LogLevel::info, "signal {}: finishing what is open", signal);
        server.drain();
        signals.async_wait(on_signal);
    };
    signals.async_wait(on_signal);
    log(LogLevel::info, "xentree {} ({}) serves {} on {}", program_version, program_commit,
        application.database_kind(), server.address());
    print_welcome(server.address());
    {
        const UpkeepThread upkeep(application);
        const MailThread mail(application.mail_sender());
        server.run();
    }
    metrics_server.reset();
    application.close();
    log(LogLevel::info, "ended");
    return 0;
}

} // namespace xentree
