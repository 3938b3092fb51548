#include "workers/output_text.h"

#include <algorithm>

namespace weir::workers {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

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

/// Bytes of the valid character at the start of `bytes`; 0 when there is none.
std::size_t character_size(std::string_view bytes) {
  const auto [size, second_min, second_max] = sequence_of(static_cast<unsigned char>(bytes[0]));
  if (size > bytes.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < (i == 1 ? second_min : 0x80) || byte > (i == 1 ? second_max : 0xBF)) return 0;
  }
  return size;
}

}  // namespace

std::string to_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto size = character_size(bytes);
    text += size == 0 ? replacement : bytes.substr(0, size);
    bytes.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return text;
}

std::string_view last_lines(std::string_view text, std::size_t count) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::size_t begin = text.size() + 1;  // of the lines counted so far, past the newline before them
  for (; count > 0; --count) {
    if (begin < 2) return text;
    const auto newline = text.rfind('\n', begin - 2);
    if (newline == std::string_view::npos) return text;
    begin = newline + 1;
  }
  return text.substr(std::min(begin, text.size()));
}

void KeptEnd::append(std::string_view bytes) {
  total_ += bytes.size();
  kept_ += bytes;
  if (kept_.size() > 2 * bytes_max_) kept_.erase(0, kept_.size() - bytes_max_);  // seldom, so it costs little
}

std::string_view KeptEnd::bytes() const {
  return std::string_view(kept_).substr(kept_.size() - std::min(kept_.size(), bytes_max_));
}

}  // namespace weir::workers
