#include "workspace/secrets/secret_box.h"

#include <vector>

#include <fmt/format.h>
#include <sodium.h>

#include "databricks/wire/base64.h"

namespace weir::workspace {
namespace {

constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Neither part can hold a NUL, so no two places look alike.
std::string place_of(std::string_view scope, std::string_view name) {
  return std::string(scope).append(1, '\0').append(name);
}

}  // namespace

Result<SecretBox> SecretBox::open(std::string_view key) {
  SecretBox box;
  std::size_t length = 0;
  bool read = ::sodium_init() >= 0 && ::sodium_hex2bin(box.key_.data(), box.key_.size(), key.data(),
                                                       key.size(), nullptr, &length, nullptr) == 0;
  if (!read || length != box.key_.size())
    return fail(Code::invalid, "the file secrets.key of the workspace holds no key of 64 hexadecimal digits",
                "restore it; without it the secrets of this workspace cannot be read");
  return box;
}

std::string SecretBox::seal(std::string_view value, std::string_view scope, std::string_view name) const {
  std::vector<unsigned char> sealed(nonce_bytes + value.size() + tag_bytes);
  ::randombytes_buf(sealed.data(), nonce_bytes);
  std::string place = place_of(scope, name);
  ::crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + nonce_bytes, nullptr, bytes_of(value),
                                               value.size(), bytes_of(place), place.size(), nullptr,
                                               sealed.data(), key_.data());
  return databricks::encode_base64({reinterpret_cast<const char*>(sealed.data()), sealed.size()});
}

Result<std::string> SecretBox::unseal(std::string_view sealed, std::string_view scope,
                                      std::string_view name) const {
  auto bytes = databricks::decode_base64(sealed);
  std::string place = place_of(scope, name);
  if (bytes && bytes->size() >= nonce_bytes + tag_bytes) {
    std::string_view cipher = std::string_view(*bytes).substr(nonce_bytes);
    std::string value(cipher.size() - tag_bytes, '\0');
    bool opened = ::crypto_aead_xchacha20poly1305_ietf_decrypt(
                      reinterpret_cast<unsigned char*>(value.data()), nullptr, nullptr, bytes_of(cipher),
                      cipher.size(), bytes_of(place), place.size(), bytes_of(*bytes), key_.data()) == 0;
    if (opened) return value;
  }
  return fail(Code::internal,
              fmt::format("the secret {}/{} cannot be read with this workspace's secrets.key", scope, name));
}

}  // namespace weir::workspace
