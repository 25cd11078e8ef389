#pragma once
#include <string>

#include "base/task.h"
#include "base/worker_pool.h"

namespace xentree {

struct PasswordOptions {
    std::size_t memory_kib = 19'456; // argon2id with two passes: OWASP's second choice of 2023
    std::size_t threads = 2;         // hashes at the same time
    std::size_t queue = 64;          // that wait; one more is refused with ApiError(unavailable)
};

// Hashes passwords (argon2id, libsodium's string form) away from the I/O threads. Any thread.
class Passwords {
  public:
    explicit Passwords(PasswordOptions options);

    Task<std::string> hash(std::string password);
    // Whether it is the password of the hash. Takes the same time for any password.
    Task<bool> verify(std::string hash, std::string password);
    // The hash of a password that nobody has, to spend the time of a verification where there is no account.
    const std::string& decoy() const { return decoy_; }
    // Whether the hash was made with other parameters than these.
    bool is_outdated(const std::string& hash) const;

    // See WorkerPool::finish.
    void finish() { pool_.finish(); }

    // The same as hash(), for a thread that may block.
    std::string hash_now(const std::string& password) const;

  private:
    PasswordOptions options_;
    WorkerPool pool_;
    std::string decoy_;
};

} // namespace xentree
