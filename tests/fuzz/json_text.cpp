// JSON as users, clients and our own store write it: what is read is written and read again as the same value, and
// what is refused is refused with a place inside the text.
#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "target.h"

namespace weir::fuzz {
namespace {

/// The message starts with "LINE:COLUMN: ", and that place is in the text or right after it.
void check_place(std::string_view message, std::string_view text) {
  std::size_t line = 0;
  std::size_t column = 0;
  const char* end = message.data() + message.size();
  auto after_line = std::from_chars(message.data(), end, line);
  WEIR_CHECK(after_line.ec == std::errc{} && after_line.ptr != end && *after_line.ptr == ':', "a line");
  auto after_column = std::from_chars(after_line.ptr + 1, end, column);
  WEIR_CHECK(after_column.ec == std::errc{} && after_column.ptr != end && *after_column.ptr == ':',
             "a column");
  WEIR_CHECK(line >= 1 && column >= 1, "places count from 1");
  for (; line > 1; --line) {
    auto newline = text.find('\n');
    WEIR_CHECK(newline != text.npos, "the line exists");
    text.remove_prefix(newline + 1);
  }
  WEIR_CHECK(column <= std::min(text.find('\n'), text.size()) + 1, "the column is in the line");
}

}  // namespace

void take_json_text(std::string_view input) {
  auto value = parse_json(input);
  if (!value) return check_place(value.error().message, input);
  auto again = parse_json(to_text(*value));
  WEIR_CHECK(again && *again == *value, "one line of JSON reads back as the same value");
  auto pretty = parse_json(to_pretty_text(*value));
  WEIR_CHECK(pretty && *pretty == *value, "indented JSON reads back as the same value");
}

}  // namespace weir::fuzz
