// Encrypts secrets for the disk: XChaCha20-Poly1305 with a fresh nonce each time, bound to the scope and key it stands
// under, so that a sealed text moved to another row opens nothing.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::workspace {

class SecretBox {
 public:
  /// `key` is 64 hexadecimal digits; Code::invalid otherwise.
  static Result<SecretBox> open(std::string_view key);

  std::string seal(std::string_view value, std::string_view scope, std::string_view name) const;

  /// Code::internal when the text was changed, moved, or sealed with another key.
  Result<std::string> unseal(std::string_view sealed, std::string_view scope, std::string_view name) const;

 private:
  SecretBox() = default;
  std::array<unsigned char, 32> key_{};
};

}  // namespace weir::workspace
