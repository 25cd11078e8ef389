#include "postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "storage/postgres/connection.h"

namespace xentree {

namespace {

const std::string programs = "/usr/lib/postgresql/15/bin/";

// PostgreSQL refuses to run as root.
const passwd* server_user() {
    return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

pid_t spawn(std::vector<std::string> command) {
    std::vector<char*> arguments;
    for (std::string& word : command)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const passwd* user = server_user();
    const pid_t child = ::fork();
    if (child != 0)
        return child;
    if (user && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
        ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const int nowhere = ::open("/dev/null", O_RDWR);
    ::dup2(nowhere, STDIN_FILENO);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ::chdir("/");
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

void run(std::vector<std::string> command) {
    const std::string name = command.front();
    int status = 0;
    ::waitpid(spawn(std::move(command)), &status, 0);
    if (status != 0)
        throw std::runtime_error(name + " failed");
}

// Databases of several programs may be on one server.
std::string name(int number) {
    return fmt::format("xentree_test_{}_{}", ::getpid(), number);
}

std::filesystem::path make_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "xentree-postgres-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("no temporary directory");
    if (const passwd* user = server_user(); user && ::chown(name.c_str(), user->pw_uid, user->pw_gid) != 0)
        throw std::runtime_error("chown " + name);
    return name;
}

} // namespace

PostgresServer& PostgresServer::shared() {
    static PostgresServer server;
    return server;
}

PostgresServer::PostgresServer() {
    if (const char* url = std::getenv("XENTREE_TEST_POSTGRES"))
        url_ = url;
    else
        start();
}

void PostgresServer::start() {
    directory_ = make_directory();
    const std::string data = directory_ / "data";
    run({programs + "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8",
         "--locale=C.UTF-8"});
    process_ = spawn({programs + "postgres", "-D", data, "-c", "listen_addresses=", "-c",
                      "unix_socket_directories=" + directory_.string(), "-c", "fsync=off"});
    url_ = "postgresql:///postgres?user=postgres&host=" + directory_.string();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (PQping(url_.c_str()) != PQPING_OK) {
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("PostgreSQL does not start");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

PostgresServer::~PostgresServer() {
    if (process_ == 0) {
        for (int number = 1; number <= databases_; ++number)
            administer(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name(number)));
        return;
    }
    ::kill(process_, SIGINT);
    ::waitpid(process_, nullptr, 0);
    std::filesystem::remove_all(directory_);
}

std::string PostgresServer::make_database() {
    const std::string made = name(++databases_);
    administer(fmt::format("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", made));
    return fmt::format("{}{}dbname={}", url_, url_.find('?') == std::string::npos ? '?' : '&', made);
}

void PostgresServer::administer(const std::string& statements) {
    PostgresConnection(PostgresAddress(url_), PostgresConnection::Use::migrate).script(statements);
}

std::string database_name(const std::string& url) {
    return url.substr(url.rfind("dbname=") + 7);
}

} // namespace xentree
