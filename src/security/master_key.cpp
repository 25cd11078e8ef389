#include "security/master_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "base/text.h"

namespace xentree {

namespace {

const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

[[noreturn]] void fail(const std::string& file, int error) {
    throw std::runtime_error(
        fmt::format("The master key file {} cannot be used: {}.", file, std::strerror(error)));
}

// True where it made the file; false where there is one already.
bool create(const std::string& file) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno == EEXIST)
        return false;
    if (descriptor < 0)
        fail(file, errno);
    SecretKey key;
    randombytes_buf(key.data(), key.size());
    const std::string text = encode_base64url(key) + "\n";
    const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(descriptor) == 0;
    const int error = errno;
    ::close(descriptor);
    if (!written) {
        ::unlink(file.c_str());
        fail(file, error);
    }
    return true;
}

} // namespace

MasterKey MasterKey::parse(std::string_view text) {
    const auto bytes = decode_base64url(trim(text));
    SecretKey key;
    if (!bytes || bytes->size() != key.size())
        throw std::runtime_error("The master key is not 32 bytes in base64url.");
    std::copy(bytes->begin(), bytes->end(), key.begin());
    return MasterKey(key);
}

MasterKey MasterKey::load_or_create(const std::string& file) {
    create(file);
    std::ifstream stream(file);
    std::string text;
    if (!std::getline(stream, text))
        fail(file, errno ? errno : EIO);
    try {
        return parse(text);
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(fmt::format("{}: {}", file, error.what()));
    }
}

SecretKey MasterKey::derive(std::string_view purpose) const {
    SecretKey derived;
    crypto_generichash(derived.data(), derived.size(), as_bytes(purpose), purpose.size(), key_.data(),
                       key_.size());
    return derived;
}

std::string MasterKey::seal(std::string_view plain, std::string_view purpose) const {
    const SecretKey key = derive("seal");
    constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
    std::string sealed(nonce_size + plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
    auto* const bytes = reinterpret_cast<unsigned char*>(sealed.data());
    randombytes_buf(bytes, nonce_size);
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + nonce_size, nullptr, as_bytes(plain), plain.size(),
                                               as_bytes(purpose), purpose.size(), nullptr, bytes, key.data());
    return sealed;
}

std::optional<std::string> MasterKey::open(std::string_view sealed, std::string_view purpose) const {
    const SecretKey key = derive("seal");
    constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
    constexpr std::size_t overhead = nonce_size + crypto_aead_xchacha20poly1305_ietf_ABYTES;
    if (sealed.size() < overhead)
        return std::nullopt;
    std::string plain(sealed.size() - overhead, '\0');
    const int result = crypto_aead_xchacha20poly1305_ietf_decrypt(
        reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr, as_bytes(sealed) + nonce_size,
        sealed.size() - nonce_size, as_bytes(purpose), purpose.size(), as_bytes(sealed), key.data());
    return result == 0 ? std::optional(std::move(plain)) : std::nullopt;
}

} // namespace xentree
