// Where a command writes: data to standard output, everything for people to standard error.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace weir::cli {

/// What exit codes mean, for every verb.
enum class Exit : std::uint8_t {
  ok = 0,
  run_failed = 1,
  usage = 2,  ///< wrong arguments or a wrong definition
  not_found = 3,
  unauthenticated = 4,
  unavailable = 5,  ///< remote service or network
  timeout = 6,
  interrupted = 130,
};

Exit exit_code_of(Code code);

class Terminal {
 public:
  Terminal() : Terminal(stdout, stderr) {}
  Terminal(std::FILE* data, std::FILE* people);

  bool as_json = false;                                 ///< --json: print data as JSON
  bool is_interactive() const { return interactive_; }  ///< standard error is a terminal
  bool has_colour() const { return colour_; }           ///< … that shows colour; NO_COLOR is honoured
  bool has_unicode() const { return unicode_; }         ///< the locale is UTF-8; NO_UNICODE is honoured

  void data(
      std::string_view line) const;  ///< one line to standard output; colours only if that is a terminal
  void data_lines(std::string_view lines) const;  ///< the same for many lines, each with its newline
  void data_json(const json& value) const;        ///< pretty JSON to standard output
  void raw(std::string_view bytes) const;         ///< bytes as they are to standard output
  void say(std::string_view line) const;          ///< one line to standard error

  /// Cursor movements to standard error.
  void control(std::string_view sequence) const;

  /// Cut to the width of the terminal, so that the line takes one row; colours do not count.
  std::string fit(const std::string& line) const;

  /// "error: …" and "help: …" on standard error; returns the exit code that belongs to the error.
  Exit error(const Error& error) const;

  enum class Ink : std::uint8_t { plain, dim, bold, red, green, yellow, blue };
  std::string ink(Ink ink, std::string_view text) const;  ///< coloured when colour is on

 private:
  std::FILE* data_;
  std::FILE* people_;
  bool interactive_ = false;
  bool colour_ = false;
  bool unicode_ = false;
  bool data_colour_ = false;  ///< standard output is a terminal too
};

}  // namespace weir::cli
