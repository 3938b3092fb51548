#include "graph/text.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace weir::graph {
namespace {

constexpr std::string_view replacement = "\uFFFD";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

/// The character that `text` starts with; nullopt when that is no well-formed UTF-8.
std::optional<Character> first_character(std::string_view text) {
  constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  auto lead = static_cast<unsigned char>(text.front());
  std::size_t bytes = lead < 0x80   ? 1
                      : lead < 0xC0 ? 0
                      : lead < 0xE0 ? 2
                      : lead < 0xF0 ? 3
                      : lead < 0xF8 ? 4
                                    : 0;
  if (bytes == 0 || bytes > text.size()) return std::nullopt;
  if (bytes == 1) return Character{lead, 1};
  std::uint32_t code = lead & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!is_continuation(text[i])) return std::nullopt;
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  bool surrogate = code >= 0xD800 && code < 0xE000;
  if (code < smallest[bytes] || code > 0x10FFFF || surrogate) return std::nullopt;
  return Character{code, bytes};
}

bool is_control(std::uint32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

/// Unicode has 66 codes that are no characters; XML refuses two of them.
bool is_no_character(std::uint32_t code) { return (code & 0xFFFE) == 0xFFFE; }

}  // namespace

std::string one_line(std::string_view bytes) {
  std::string line;
  line.reserve(bytes.size());
  while (!bytes.empty()) {
    auto character = first_character(bytes);
    std::size_t length = character ? character->bytes : 1;
    if (!character || is_no_character(character->code)) {
      line += replacement;
    } else if (is_control(character->code)) {
      line += ' ';
    } else {
      line += bytes.substr(0, length);
    }
    bytes.remove_prefix(length);
  }
  return line;
}

std::size_t length_of(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, is_continuation));
}

std::string shortened(std::string_view text, std::size_t length_max) {
  if (length_of(text) <= length_max) return std::string(text);
  std::size_t end = 0;
  for (std::size_t length = 1; length < length_max; ++length) {
    do ++end;
    while (is_continuation(text[end]));
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string xml_text(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace weir::graph
