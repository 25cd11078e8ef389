#include <sys/stat.h>

#include "each_database.h"
#include "postgres_server.h"

namespace xentree {
namespace {

std::string refusal(const std::string& url) {
    const auto message = message_of([&] { open_database({.url = url}); });
    EXPECT_EQ(message.find("hunter2"), std::string::npos) << message;
    return message;
}

TEST(Opening, a_wrong_url_is_named_without_its_password) {
    EXPECT_NE(refusal("mysql://me:hunter2@host/db").find("must begin with sqlite:"), std::string::npos);
    EXPECT_NE(refusal("hunter2").find("must begin with sqlite:"), std::string::npos);
    EXPECT_NE(refusal("postgresql://me:hunter2%zz@host/db").find("percent-encoded"), std::string::npos);
    EXPECT_NE(refusal("postgresql://me:hunter2@host/db?colour=hunter2").find("query parameter"),
              std::string::npos);
    EXPECT_NE(refusal("postgresql://[::1]hunter2/db").find("unexpected character"), std::string::npos);
    EXPECT_NE(refusal("postgresql://me:hunter2@127.0.0.1:1/db").find("Connection refused"),
              std::string::npos);
    EXPECT_NE(refusal("postgresql://me:hunter2@host:hunter2/db").find("port"), std::string::npos);
    EXPECT_NE(refusal("sqlite:").find("names no file"), std::string::npos);
    EXPECT_NE(refusal("sqlite::memory:").find("names no file"), std::string::npos);
    EXPECT_NE(refusal("sqlite:/nowhere/at/all.db").find("/nowhere/at of the database does not exist"),
              std::string::npos);
    EXPECT_NE(refusal("sqlite:/tmp").find("cannot be used as the database"), std::string::npos);
    EXPECT_NE(refusal("sqlite:/etc/passwd").find("not a database"), std::string::npos);
}

TEST(Opening, a_database_that_is_not_there_is_named) {
    const auto url = PostgresServer::shared().make_database();
    EXPECT_NE(refusal(url + "_not").find("does not exist"), std::string::npos);
}

TEST(Opening, a_new_database_file_is_its_owners_only) {
    const TemporaryDirectory directory;
    const auto file = (directory.path / "new.db").string();
    const auto db = open_database({.url = "sqlite:" + file});
    db->migrate();
    for (const std::string suffix : {"", "-wal", "-shm"}) {
        struct stat found {};
        ASSERT_EQ(::stat((file + suffix).c_str(), &found), 0) << suffix;
        EXPECT_EQ(found.st_mode & 0777, 0600u) << suffix;
    }
}

} // namespace
} // namespace xentree
