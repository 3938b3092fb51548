#include "graph/text.h"

#include <algorithm>

#include "base/utf8.h"

namespace weir::graph {
namespace {

constexpr std::string_view replacement = "\uFFFD";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Of one well-formed character: U+0000 to U+001F, and U+007F to U+009F.
bool is_control(std::string_view character) {
  if (character.size() == 1) return character < " " || character == "\x7F";
  return character.size() == 2 && character < "\xC2\xA0";
}

/// U+FFFE and U+FFFF, which are well-formed but no characters: XML refuses them.
bool is_no_character(std::string_view character) {
  return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
}

}  // namespace

std::string one_line(std::string_view bytes) {
  std::string line;
  line.reserve(bytes.size());
  while (!bytes.empty()) {
    auto character = bytes.substr(0, utf8_character_size(bytes));
    if (character.empty() || is_no_character(character)) {
      line += replacement;
    } else if (is_control(character)) {
      line += ' ';
    } else {
      line += character;
    }
    bytes.remove_prefix(std::max<std::size_t>(character.size(), 1));
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
