#pragma once
#include <string>

#include "storage/sqlite/group_writer.h"
#include "storage/sqlite/readers.h"

namespace xentree {

// A database file in WAL mode. Reads run on the thread that asks; writes on one thread of its own.
class SqliteDatabase final : public Database {
  public:
    SqliteDatabase(std::string path, std::size_t queue);

    void read_now(const std::function<void(Reader&)>& f) override { readers_.read(f); }
    void write_now(const std::function<void(Writer&)>& f) override { writer_.queue().run_now(f); }
    void write_later(std::function<void(Writer&)> f) override { writer_.queue().run_later(std::move(f)); }
    std::vector<std::string> migrate() override;
    std::string_view kind() const override { return "sqlite"; }

  protected:
    Task<void> run_read(std::function<void(Reader&)> f) override;
    Task<void> run_write(std::function<void(Writer&)> f) override {
        return writer_.queue().run(std::move(f));
    }

  private:
    const std::string path_;
    SqliteGroupWriter writer_; // goes last: as the last connection it empties the write-ahead log
    SqliteReaders readers_;
};

// Creates the file (mode 0600) where there is none, and puts it into WAL mode. Throws std::runtime_error with
// a sentence for the operator.
void prepare_sqlite_file(const std::string& path);

} // namespace xentree
