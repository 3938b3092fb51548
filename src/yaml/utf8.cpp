#include "yaml/utf8.h"

#include <algorithm>

#include "base/utf8.h"

namespace weir::yaml {

std::optional<std::size_t> first_byte_not_utf8(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::size_t size = utf8_character_size(bytes.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

std::optional<std::size_t> first_control_character(std::string_view text) {
  auto found = std::ranges::find_if(text, [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
  if (found == text.end()) return std::nullopt;
  return static_cast<std::size_t>(found - text.begin());
}

}  // namespace weir::yaml
