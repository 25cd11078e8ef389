#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xentree {

using SecretKey = std::array<std::uint8_t, 32>;

// The one secret that is not in the database. Keys for single purposes are derived from it, and secrets in
// the database are sealed with it. Any thread.
class MasterKey {
  public:
    // 32 bytes in unpadded base64url. Throws std::runtime_error where the text is anything else.
    static MasterKey parse(std::string_view text);
    // Reads the file, or makes it with a new random key and mode 0600. Throws std::runtime_error that names
    // the file.
    static MasterKey load_or_create(const std::string& file);

    // A key of its own for each purpose (keyed BLAKE2b).
    SecretKey derive(std::string_view purpose) const;
    // XChaCha20-Poly1305 with a random nonce before it; the purpose is authenticated with it.
    std::string seal(std::string_view plain, std::string_view purpose) const;
    // Nothing where it was sealed with another key or for another purpose, or was changed.
    std::optional<std::string> open(std::string_view sealed, std::string_view purpose) const;

  private:
    explicit MasterKey(SecretKey key) : key_(key) {}
    SecretKey key_;
};

} // namespace xentree
