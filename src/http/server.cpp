#include "http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <charconv>
#include <list>
#include <stdexcept>

#include "base/log.h"
#include "http/connection.h"
#include "http/connection_limit.h"

namespace xentree {

namespace ip = asio::ip;

namespace {

constexpr int accepted_at_once = 256;

// An event loop with its connections.
class IoThread {
  public:
    IoThread(const ServerOptions& options, const Dispatcher& dispatcher, Metrics& metrics,
             const Clock& clock) :
        context_(1),
        work_(context_.get_executor()), scope_{options,
                                               dispatcher,
                                               metrics,
                                               clock,
                                               LoadGuard(context_.get_executor(), options.overload_delay),
                                               asio::steady_timer(context_, SteadyTime::max()),
                                               false},
        sweep_(context_) {}

    asio::io_context& context() { return context_; }
    void run() {
        asio::co_spawn(context_, sweep(), asio::detached);
        context_.run();
    }

    // Any thread.
    void adopt(ip::tcp::socket socket, ConnectionLimit::Place place) {
        asio::co_spawn(context_, serve(std::move(socket), std::move(place)), asio::detached);
    }
    void drain() {
        asio::post(context_, [this] {
            scope_.draining = true;
            scope_.drain_deadline.expires_after(scope_.options.drain_timeout);
            for (Connection* connection : connections_)
                connection->drain();
            // A moment more for the last words of streams that were cut.
            hard_end_ =
                std::chrono::steady_clock::now() + scope_.options.drain_timeout + std::chrono::seconds(2);
            stop_when_done();
        });
    }

  private:
    // `held` is given back when the coroutine ends.
    Task<void> serve(ip::tcp::socket socket, [[maybe_unused]] ConnectionLimit::Place held) {
        Connection connection(std::move(socket), scope_);
        const auto place = connections_.insert(connections_.end(), &connection);
        scope_.metrics.open_connections().Increment();
        co_await connection.run();
        scope_.metrics.open_connections().Decrement();
        connections_.erase(place);
        if (scope_.draining)
            stop_when_done();
    }

    // One look at all deadlines now and then costs less than a timer for each.
    Task<void> sweep() {
        while (true) {
            sweep_.expires_after(std::chrono::milliseconds(250));
            co_await sweep_.async_wait(asio::use_awaitable);
            const auto now = std::chrono::steady_clock::now();
            for (Connection* connection : connections_)
                connection->check_deadline(now);
            if (scope_.draining && now > hard_end_)
                context_.stop();
        }
    }

    void stop_when_done() {
        if (connections_.empty())
            context_.stop();
    }

    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    ConnectionScope scope_;
    std::list<Connection*> connections_;
    asio::steady_timer sweep_;
    SteadyTime hard_end_ = SteadyTime::max();
};

} // namespace

ip::tcp::endpoint parse_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto wrong = [&] {
        return std::runtime_error(
            fmt::format("'{}' is no IP address with a port, as 127.0.0.1:8080 is", text));
    };
    if (colon == std::string_view::npos)
        throw wrong();
    std::string host(text.substr(0, colon));
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    if (host == "localhost")
        host = "127.0.0.1";
    boost::system::error_code error;
    const auto address = ip::make_address(host, error);
    int port = -1;
    const auto digits = text.substr(colon + 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || port < 0 ||
        port > 65535)
        throw wrong();
    return {address, static_cast<std::uint16_t>(port)};
}

struct Server::Impl {
    Impl(ServerOptions wanted, const Dispatcher& dispatcher, Metrics& metrics, const Clock& clock) :
        options(std::move(wanted)), metrics(metrics),
        limit({options.max_connections, options.max_connections_per_address}, options.trusted_proxies) {
        for (std::size_t i = 0; i < std::max<std::size_t>(options.threads, 1); ++i)
            threads.push_back(std::make_unique<IoThread>(options, dispatcher, metrics, clock));
        acceptor.emplace(threads.front()->context());
        bind(parse_listen_address(options.listen));
    }

    void bind(const ip::tcp::endpoint& endpoint) {
        boost::system::error_code error;
        acceptor->open(endpoint.protocol(), error);
        if (!error)
            acceptor->set_option(asio::socket_base::reuse_address(true), error);
        if (!error)
            acceptor->bind(endpoint, error);
        if (!error)
            acceptor->listen(4096, error);
        if (!error)
            acceptor->non_blocking(true, error);
        if (error)
            throw std::runtime_error(
                fmt::format("Cannot listen on {}: {}. Choose another with --listen HOST:PORT.",
                            options.listen, error.message()));
    }

    Task<void> accept() {
        while (acceptor->is_open()) {
            boost::system::error_code error;
            co_await acceptor->async_wait(acceptor->wait_read,
                                          asio::redirect_error(asio::use_awaitable, error));
            // All that wait at once: a busy thread comes back here once in many milliseconds.
            for (int count = 0; count < accepted_at_once && !error; ++count)
                error = accept_one();
            if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor)
                co_return;
            if (error && error != asio::error::would_block && error != asio::error::connection_aborted) {
                // Out of descriptors, mostly: the next try needs some to be free.
                log(LogLevel::warning, "a connection could not be accepted: {}", error.message());
                asio::steady_timer pause(threads.front()->context(), std::chrono::milliseconds(50));
                co_await pause.async_wait(asio::use_awaitable);
            }
        }
    }

    boost::system::error_code accept_one() {
        IoThread& thread = *threads[next_thread++ % threads.size()];
        boost::system::error_code error;
        auto socket = acceptor->accept(thread.context(), error);
        if (error)
            return error;
        const auto peer = socket.remote_endpoint(error);
        if (error) // gone already
            return {};
        auto place = limit.admit(peer.address());
        if (!place) {
            metrics.refused_connections().Increment();
            return {}; // the socket's destructor closes it
        }
        thread.adopt(std::move(socket), *std::move(place));
        return {};
    }

    ServerOptions options;
    Metrics& metrics;
    ConnectionLimit limit;
    std::vector<std::unique_ptr<IoThread>> threads;
    std::optional<ip::tcp::acceptor> acceptor;
    std::size_t next_thread = 0; // in turn
};

Server::Server(ServerOptions options, const Dispatcher& dispatcher, Metrics& metrics, const Clock& clock) :
    impl_(std::make_unique<Impl>(std::move(options), dispatcher, metrics, clock)) {}

Server::~Server() {
    impl_->acceptor.reset();
}

std::string Server::address() const {
    const auto endpoint = impl_->acceptor->local_endpoint();
    const std::string host = endpoint.address().to_string();
    if (endpoint.address().is_v6())
        return fmt::format("http://[{}]:{}", host, endpoint.port());
    return fmt::format("http://{}:{}", host, endpoint.port());
}

asio::any_io_executor Server::executor() {
    return impl_->threads.front()->context().get_executor();
}

void Server::run() {
    asio::co_spawn(impl_->threads.front()->context(), impl_->accept(), asio::detached);
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < impl_->threads.size(); ++i)
        others.emplace_back([this, i] { impl_->threads[i]->run(); });
    impl_->threads.front()->run();
    for (auto& thread : others)
        thread.join();
}

void Server::drain() {
    asio::post(impl_->threads.front()->context(), [this] {
        boost::system::error_code ignored;
        impl_->acceptor->close(ignored);
    });
    for (auto& thread : impl_->threads)
        thread->drain();
}

} // namespace xentree
