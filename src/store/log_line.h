// One line of a run's log, as a value and as the text that stands in the file:
//
//   2026-11-21T05:22:42.123Z warning clean[17] 2 what the attempt printed
//
// when, level, task, number of the attempt, text.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weir::store {

struct LogLine {
  Instant at{};
  std::string level{};
  std::string text{};
};

struct LogEntry {
  std::string task{};
  std::uint32_t attempt = 0;
  LogLine line{};
};

/// Stands as the task of a line about the run as a whole; no key starts with it.
constexpr std::string_view whole_run = "-";

/// The levels in rising order: debug, info, warning, error.
std::span<const std::string_view> log_levels();

/// Place in log_levels(); nullopt for a level that does not exist.
std::optional<std::size_t> log_level_rank(std::string_view level);

/// With its newline. Control characters are replaced, so that a log cannot drive the reader's terminal.
std::string to_text(const LogEntry& entry);

/// Inverse of to_text, of a line without its newline; times come back in milliseconds. nullopt for anything else.
std::optional<LogEntry> log_entry_from(std::string_view text);

}  // namespace weir::store
