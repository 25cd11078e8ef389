#pragma once
#include <functional>
#include <memory>
#include <string>

#include "storage/sqlite/connection.h"

namespace xentree {

// Read-only connections, one for each thread that reads: a shared pool of them costs two threads a third of
// their reads. One closes with its thread, and all close with this; no read may be under way then. Any
// thread.
class SqliteReaders {
  public:
    explicit SqliteReaders(std::string path);

    void read(const std::function<void(Reader&)>& f) { f(mine()); }

  private:
    struct Connections;
    class Thread;

    SqliteConnection& mine();

    const std::shared_ptr<Connections> connections_;
};

} // namespace xentree
