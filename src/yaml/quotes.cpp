#include "yaml/quotes.h"

#include <algorithm>

namespace weir::yaml {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_quote(char c) { return c == '"' || c == '\''; }

bool can_precede_value(char c) { return std::string_view(" \t\n[{,").find(c) != std::string_view::npos; }

/// One past the quoted text that begins at `at`; nullopt when the file ends first.
std::optional<Position> end_of_quoted(std::string_view text, Position at) {
  char quote = text[at];
  for (Position i = at + 1; i < text.size(); ++i) {
    bool doubled = quote == '\'' && text.substr(i).starts_with("''");
    bool escaped = quote == '"' && text[i] == '\\';
    if (doubled || escaped) {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return std::nullopt;
}

}  // namespace

Position after_properties(std::string_view text, Position at) {
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    at = std::min(text.find_first_of(blanks, at), text.size());
    at = std::min(text.find_first_not_of(blanks, at), text.size());
  }
  return at;
}

bool is_unclosed_quote(std::string_view text, Position at) {
  return at < text.size() && is_quote(text[at]) && !end_of_quoted(text, at);
}

std::optional<Position> next_opening_quote(std::string_view text, Position last_understood) {
  Position at = after_properties(text, last_understood);
  if (at < text.size() && is_quote(text[at])) at = end_of_quoted(text, at).value_or(at);
  for (; at < text.size(); ++at) {
    if (is_quote(text[at]) && (at == 0 || can_precede_value(text[at - 1]))) return at;
  }
  return std::nullopt;
}

void add_unclosed_quote(Faults& faults, Position at) {
  faults.add(at, "this quote is not closed", "end the text with the same quote");
}

}  // namespace weir::yaml
