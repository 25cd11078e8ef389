#include "each_database.h"

#include <stdlib.h>

#include "postgres_server.h"
#include "storage/postgres/connection.h"
#include "storage/sqlite/connection.h"

namespace xentree {

namespace {

std::filesystem::path make_directory() {
    std::string name = (std::filesystem::temp_directory_path() / "xentree-storage-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("no temporary directory");
    return name;
}

} // namespace

TemporaryDirectory::TemporaryDirectory() : path(make_directory()) {}
TemporaryDirectory::~TemporaryDirectory() {
    std::filesystem::remove_all(path);
}

std::string EachDatabase::make_url(const std::filesystem::path& directory) {
    return GetParam() == Dialect::sqlite ? "sqlite:" + (directory / "test.db").string()
                                         : PostgresServer::shared().make_database();
}

std::unique_ptr<Database> EachDatabase::open(std::size_t connections, std::size_t queue) const {
    return open_database({.url = url_, .connections = connections, .queue = queue});
}

std::unique_ptr<SchemaConnection> EachDatabase::connect() const {
    if (GetParam() == Dialect::postgresql)
        return std::make_unique<PostgresConnection>(PostgresAddress(url_), PostgresConnection::Use::migrate);
    open(); // makes the file
    return std::make_unique<SqliteConnection>(url_.substr(7), SqliteConnection::Access::write,
                                              Milliseconds(0));
}

std::string name_of(const testing::TestParamInfo<Dialect>& info) {
    return info.param == Dialect::sqlite ? "sqlite" : "postgresql";
}

HeldWriter::HeldWriter(Database& database, Loop& loop) {
    call_ = loop.begin(database.write([this](Writer&) {
        begun_.set_value();
        go_.get_future().wait();
    }));
    begun_.get_future().wait();
}

std::optional<ErrorCode> code_of(const std::function<void()>& f) {
    try {
        f();
        return std::nullopt;
    } catch (const ApiError& error) {
        return error.code;
    } catch (const std::exception&) {
        return ErrorCode::internal_error;
    }
}

std::string message_of(const std::function<void()>& f) {
    try {
        f();
        return "";
    } catch (const std::exception& error) {
        return error.what();
    }
}

} // namespace xentree
