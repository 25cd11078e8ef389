#pragma once
#include "storage/postgres/workers.h"

namespace xentree {

// A PostgreSQL database, version 14 or later. Reads and writes have their own threads and connections, so
// that neither waits for the other.
class PostgresDatabase final : public Database {
  public:
    // Connects once, to find out that it can.
    explicit PostgresDatabase(const DatabaseOptions& options);

    void read_now(const std::function<void(Reader&)>& f) override { readers_.queue().run_now(f); }
    void write_now(const std::function<void(Writer&)>& f) override { writers_.queue().run_now(f); }
    void write_later(std::function<void(Writer&)> f) override { writers_.queue().run_later(std::move(f)); }
    std::vector<std::string> migrate() override;
    std::string_view kind() const override { return "postgresql"; }

  protected:
    Task<void> run_read(std::function<void(Reader&)> f) override {
        return readers_.queue().run(std::move(f));
    }
    Task<void> run_write(std::function<void(Writer&)> f) override {
        return writers_.queue().run(std::move(f));
    }

  private:
    const PostgresAddress address_;
    PostgresWorkers readers_;
    PostgresWorkers writers_;
};

} // namespace xentree
