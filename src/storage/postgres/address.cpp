#include "storage/postgres/address.h"

#include <boost/algorithm/string/replace.hpp>
#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace xentree {

namespace {

// Seconds; a server that is cut off is noticed within about half a minute.
constexpr std::pair<std::string_view, std::string_view> defaults[] = {
    {"connect_timeout", "3"},    {"keepalives", "1"},
    {"keepalives_idle", "10"},   {"keepalives_interval", "5"},
    {"keepalives_count", "3"},   {"tcp_user_timeout", "30000"},
    {"client_encoding", "UTF8"}, {"application_name", "xentree"},
};

// libpq quotes the part of the URL that is wrong, which may be the password, after a colon.
std::string without_quoted_part(std::string_view message) {
    return std::string(message.substr(0, message.find(": \"")));
}

} // namespace

PostgresAddress::PostgresAddress(const std::string& url) {
    // Of a password with a bare / the rest would be taken for the name of the database, and shown.
    const auto path = url.find('/', url.find("//") + 2);
    if (path != std::string::npos && url.substr(path, url.find('?') - path).find('@') != std::string::npos)
        throw std::runtime_error(
            "The database URL is wrong: it has a bare @ or / in its user or password. Write them "
            "as %40 and %2F.");
    char* problem = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(url.c_str(), &problem), &PQconninfoFree);
    const std::unique_ptr<char, decltype(&PQfreemem)> free_problem(problem, &PQfreemem);
    if (!options)
        throw std::runtime_error(fmt::format(
            "The database URL is wrong: {}. Write postgresql://user:password@host:port/database, and "
            "characters such as @ : / % in its parts as %40 and so on.",
            without_quoted_part(problem ? problem : "out of memory")));
    for (const PQconninfoOption* option = options.get(); option->keyword; ++option) {
        if (option->val)
            settings_.emplace_back(option->keyword, option->val);
        if (option->val && std::string_view(option->keyword) == "password")
            password_ = option->val;
    }
    for (const auto& [name, value] : defaults) {
        if (std::ranges::find(settings_, name, &std::pair<std::string, std::string>::first) ==
            settings_.end())
            settings_.emplace_back(name, value);
    }
}

std::string PostgresAddress::without_password(std::string message) const {
    if (!password_.empty())
        boost::algorithm::replace_all(message, password_, "***");
    return message;
}

} // namespace xentree
