#include "security/master_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
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

void write_all(int descriptor, const std::string& text, const std::string& file) {
    const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(descriptor) == 0;
    const int error = errno;
    ::close(descriptor);
    if (!written) {
        ::unlink(file.c_str());
        fail(file, error);
    }
}

void sync_directory_of(const std::string& file) {
    const auto directory = std::filesystem::path(file).parent_path();
    const int descriptor =
        ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
}

// Under its name only when it is whole on the disk: a crash meanwhile, or another process that starts at the
// same time, must not meet half a key.
void create(const std::string& file) {
    if (::access(file.c_str(), F_OK) == 0)
        return;
    std::array<std::uint8_t, 6> suffix;
    randombytes_buf(suffix.data(), suffix.size());
    const std::string draft = fmt::format("{}.{}", file, encode_base64url(suffix));
    const int descriptor = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0)
        fail(file, errno);
    SecretKey key;
    randombytes_buf(key.data(), key.size());
    write_all(descriptor, encode_base64url(key) + "\n", draft);
    const bool linked = ::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST; // another was faster
    const int error = errno;
    ::unlink(draft.c_str());
    if (!linked)
        fail(file, error);
    sync_directory_of(file);
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
    if (!stream)
        fail(file, errno);
    std::string text;
    std::getline(stream, text);
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
