#include "security/passwords.h"

#include <sodium.h>

#include <new>

namespace xentree {

namespace {

constexpr unsigned long long passes = 2;

} // namespace

Passwords::Passwords(PasswordOptions options) : options_(options), pool_(options.threads, options.queue) {
    std::string nobody(32, '\0');
    randombytes_buf(nobody.data(), nobody.size());
    decoy_ = hash_now(nobody);
}

Task<std::string> Passwords::hash(std::string password) {
    auto work = [this, &password] { return hash_now(password); };
    co_return co_await pool_.run(work);
}

Task<bool> Passwords::verify(std::string hash, std::string password) {
    auto work = [&hash, &password] {
        return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
    };
    co_return co_await pool_.run(work);
}

bool Passwords::is_outdated(const std::string& hash) const {
    return crypto_pwhash_str_needs_rehash(hash.c_str(), passes, options_.memory_kib * 1024) != 0;
}

std::string Passwords::hash_now(const std::string& password) const {
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(hash, password.data(), password.size(), passes, options_.memory_kib * 1024,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::bad_alloc();
    return hash;
}

} // namespace xentree
