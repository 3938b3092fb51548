#include "base/utf8.h"

#include <algorithm>

namespace weir {
namespace {

/// Bytes in the sequence that starts with `lead`, and the range of the second byte, which excludes overlong
/// forms, surrogates and what lies beyond U+10FFFF. Size 0: no sequence starts so.
struct Sequence {
  std::size_t size = 0;
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
};

Sequence sequence_of(unsigned char lead) {
  if (lead < 0x80) return {1};
  if (lead < 0xC2) return {0};
  if (lead < 0xE0) return {2};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

}  // namespace

std::size_t utf8_character_size(std::string_view bytes) {
  const auto [size, second_min, second_max] = sequence_of(static_cast<unsigned char>(bytes[0]));
  if (size > bytes.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < (i == 1 ? second_min : 0x80) || byte > (i == 1 ? second_max : 0xBF)) return 0;
  }
  return size;
}

std::optional<std::size_t> first_byte_not_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto size = utf8_character_size(bytes.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

std::string to_utf8(std::string_view bytes) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto size = utf8_character_size(bytes);
    text += size == 0 ? replacement : bytes.substr(0, size);
    bytes.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return text;
}

}  // namespace weir
