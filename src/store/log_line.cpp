#include "store/log_line.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace weir::store {
namespace {

constexpr std::string_view replacement = "\uFFFD";

/// "2026-11-21T05:22:42". Lines come many in a second: the last one's text is kept.
const std::string& second_text(std::chrono::sys_seconds second) {
  thread_local std::chrono::sys_seconds last{};
  thread_local std::string text;
  if (text.empty() || second != last) {
    text = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(second)));
    last = second;
  }
  return text;
}

std::string timestamp(Instant at) {
  auto second = std::chrono::floor<std::chrono::seconds>(at);
  auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(at - second).count();
  return fmt::format("{}.{:03}Z", second_text(second), millis);
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc{} && end == text.data() + text.size();
}

/// "2026-11-21T05:22:42.123Z"
std::optional<Instant> timestamp_from(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != 24 || text[10] != 'T' || text[23] != 'Z') return std::nullopt;
  int parts[7] = {};
  constexpr std::pair<std::size_t, std::size_t> places[7] = {{0, 4},  {5, 2},  {8, 2}, {11, 2},
                                                             {14, 2}, {17, 2}, {20, 3}};
  for (std::size_t i = 0; i < std::size(places); ++i) {
    if (!read_number(text.substr(places[i].first, places[i].second), parts[i])) return std::nullopt;
  }
  auto day = year{parts[0]} / month{static_cast<unsigned>(parts[1])} /
             std::chrono::day{static_cast<unsigned>(parts[2])};
  if (!day.ok()) return std::nullopt;
  return Instant{sys_days{day}} + hours{parts[3]} + minutes{parts[4]} + seconds{parts[5]} +
         milliseconds{parts[6]};
}

/// Length of the control character that `text` starts with, 0 for none. Tabs are none; U+0080 to U+009F are, since
/// terminals obey them as well.
std::size_t control_length(std::string_view text) {
  auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if ((byte(0) < 0x20 && byte(0) != '\t') || byte(0) == 0x7f) return 1;
  if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) < 0xa0) return 2;
  return 0;
}

void append_printable(std::string& result, std::string_view text) {
  while (!text.empty()) {
    auto length = control_length(text);
    if (length == 0) {
      result += text.front();
    } else {
      result += replacement;
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
}

/// The text up to the next blank, which is taken away with it.
std::string_view next_word(std::string_view& text) {
  auto end = std::min(text.find(' '), text.size());
  auto word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

}  // namespace

std::span<const std::string_view> log_levels() {
  static constexpr std::array<std::string_view, 4> levels{"debug", "info", "warning", "error"};
  return levels;
}

std::optional<std::size_t> log_level_rank(std::string_view level) {
  auto found = std::ranges::find(log_levels(), level);
  if (found == log_levels().end()) return std::nullopt;
  return static_cast<std::size_t>(found - log_levels().begin());
}

std::string to_text(const LogEntry& entry) {
  std::string text =
      fmt::format("{} {} {} {} ", timestamp(entry.line.at), entry.line.level, entry.task, entry.attempt);
  append_printable(text, entry.line.text);
  text += '\n';
  return text;
}

std::optional<LogEntry> log_entry_from(std::string_view text) {
  LogEntry entry;
  auto at = timestamp_from(next_word(text));
  entry.line.level = next_word(text);
  entry.task = next_word(text);
  if (!at || !log_level_rank(entry.line.level) || !read_number(next_word(text), entry.attempt))
    return std::nullopt;
  entry.line.at = *at;
  entry.line.text = text;
  return entry;
}

}  // namespace weir::store
