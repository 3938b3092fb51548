#include "sqlite/result_code.h"

#include <algorithm>

#include <fmt/format.h>
#include <sqlite3.h>

namespace weir::sqlite {
namespace {

constexpr std::size_t statement_shown_max = 60;

std::string path_of(sqlite3* connection) {
  const char* path = sqlite3_db_filename(connection, "main");
  return path && *path ? path : "database";
}

/// SQLite's own words; of a damaged file they may quote anything.
std::string message_of(sqlite3* connection) {
  std::string message = sqlite3_errmsg(connection);
  std::ranges::replace_if(message, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }, '?');
  return message;
}

}  // namespace

Error error_of(sqlite3* connection, std::string_view doing) {
  std::string file = path_of(connection);
  std::string message = message_of(connection);
  switch (sqlite3_errcode(connection)) {
    case SQLITE_CONSTRAINT:
      return {Code::conflict, message};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Code::unavailable, fmt::format("{} is locked by another process", file),
              "wait for the other process, or look for one that hangs"};
    case SQLITE_FULL:
      return {Code::unavailable, fmt::format("{}: the disk is full", file), "free some space and try again"};
    case SQLITE_NOTADB:
      return {Code::invalid, fmt::format("{} is not a SQLite database", file),
              "restore it from a copy, or move it away to begin with an empty one"};
    case SQLITE_CORRUPT:
      return {Code::internal, fmt::format("{} is damaged ({})", file, message),
              "restore it from a copy, or move it away to begin with an empty one"};
    case SQLITE_READONLY:
      return {Code::invalid, fmt::format("{} cannot be written", file)};
    default:
      return {Code::internal,
              fmt::format("{}: {} ({})", file, message, doing.substr(0, statement_shown_max))};
  }
}

}  // namespace weir::sqlite
