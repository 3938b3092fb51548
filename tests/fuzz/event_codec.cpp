// Rows of a history: "TYPE TASK NUMBER MICROSECONDS" in the first line, the body after it. Any row is read or refused,
// and what was read is written the same way for ever.
#include "core/event_codec.h"

#include <charconv>

#include "target.h"

namespace weir::fuzz {
namespace {

std::int64_t take_number(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  std::int64_t number = 0;
  auto end = std::from_chars(line.data(), line.data() + line.size(), number).ptr;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  return number;
}

core::EventRow row_from(std::string_view input) {
  auto line = take_line(input);
  core::EventRow row;
  row.type = take_number(line);
  row.task = take_number(line);
  row.number = take_number(line);
  row.at_us = take_number(line);
  row.body = input;
  return row;
}

}  // namespace

void take_event_codec(std::string_view input) {
  auto row = row_from(input);
  auto event = core::decode(row);
  if (!event) return;
  auto written = core::encode(*event);
  WEIR_CHECK(written.type == row.type && written.at_us == row.at_us, "an event stays what it is");
  auto again = core::decode(written);
  WEIR_CHECK(again, "what was written can be read");
  auto rewritten = core::encode(*again);
  WEIR_CHECK(rewritten.task == written.task && rewritten.number == written.number,
             "and says who it is about");
  WEIR_CHECK(rewritten.body == written.body, "and loses nothing");
}

}  // namespace weir::fuzz
