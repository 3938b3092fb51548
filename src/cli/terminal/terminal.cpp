#include "cli/terminal/terminal.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace weir::cli {
namespace {

const char* escape_of(Terminal::Ink ink) {
  switch (ink) {
    case Terminal::Ink::plain:
      return "";
    case Terminal::Ink::dim:
      return "\033[2m";
    case Terminal::Ink::bold:
      return "\033[1m";
    case Terminal::Ink::red:
      return "\033[31m";
    case Terminal::Ink::green:
      return "\033[32m";
    case Terminal::Ink::yellow:
      return "\033[33m";
    case Terminal::Ink::blue:
      return "\033[34m";
  }
  return "";
}

void write_line(std::FILE* file, std::string_view line) {
  auto whole = std::string(line) + '\n';  // one write to standard error, which has no buffer
  std::fwrite(whole.data(), 1, whole.size(), file);
  std::fflush(file);
}

/// Where the control sequence that ESC [ begins at `start` ends: parameters and intermediate bytes, then one final byte.
/// One that was cut off ends where something else begins.
std::size_t end_of_sequence(std::string_view text, std::size_t start) {
  auto end = start + 2;
  while (end < text.size() && text[end] >= 0x20 && text[end] <= 0x3F) ++end;
  if (end < text.size() && text[end] >= 0x40 && text[end] <= 0x7E) ++end;
  return end;
}

std::string without_colours(std::string_view text) {
  std::string result;
  for (;;) {
    auto escape = text.find("\033[");
    result += text.substr(0, escape);
    if (escape == std::string_view::npos) return result;
    text.remove_prefix(end_of_sequence(text, escape));
  }
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

/// By the variable that decides about characters: the first of these that is set.
bool locale_is_utf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (!is_set(variable)) continue;
    std::string locale = std::getenv(variable);
    std::ranges::transform(locale, locale.begin(), [](unsigned char c) { return std::tolower(c); });
    return locale.find("utf-8") != locale.npos || locale.find("utf8") != locale.npos;
  }
  return false;
}

}  // namespace

Exit exit_code_of(Code code) {
  switch (code) {
    case Code::invalid:
    case Code::conflict:
      return Exit::usage;
    case Code::not_found:
      return Exit::not_found;
    case Code::unauthenticated:
      return Exit::unauthenticated;
    case Code::unavailable:
      return Exit::unavailable;
    case Code::timeout:
      return Exit::timeout;
    case Code::interrupted:
      return Exit::interrupted;
    case Code::failed:
    case Code::internal:
      return Exit::run_failed;
  }
  return Exit::run_failed;
}

Terminal::Terminal(std::FILE* data, std::FILE* people)
    : data_(data), people_(people), interactive_(isatty(fileno(people)) == 1) {
  const char* term = std::getenv("TERM");
  bool dumb = !term || std::string_view(term) == "dumb";
  colour_ = interactive_ && !dumb && !is_set("NO_COLOR");
  unicode_ = locale_is_utf8() && !is_set("NO_UNICODE");
  data_colour_ = colour_ && isatty(fileno(data)) == 1;
}

void Terminal::data(std::string_view line) const {
  write_line(data_, data_colour_ ? std::string(line) : without_colours(line));
}

void Terminal::data_lines(std::string_view lines) const {
  raw(data_colour_ ? std::string(lines) : without_colours(lines));
}

void Terminal::data_json(const json& value) const { write_line(data_, to_pretty_text(value)); }

void Terminal::raw(std::string_view bytes) const {
  std::fwrite(bytes.data(), 1, bytes.size(), data_);
  std::fflush(data_);
}

void Terminal::say(std::string_view line) const { write_line(people_, line); }

void Terminal::control(std::string_view sequence) const {
  std::fwrite(sequence.data(), 1, sequence.size(), people_);
  std::fflush(people_);
}

std::string Terminal::fit(const std::string& line) const {
  winsize size{};
  if (ioctl(fileno(people_), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return line;
  std::size_t columns = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line.compare(i, 2, "\033[") == 0) {
      i = end_of_sequence(line, i) - 1;
      continue;
    }
    bool starts_character = (static_cast<unsigned char>(line[i]) & 0xc0) != 0x80;
    if (starts_character && ++columns > size.ws_col) return line.substr(0, i) + (colour_ ? "\033[0m" : "");
  }
  return line;
}

Exit Terminal::error(const Error& error) const {
  say(ink(Ink::red, "error: ") + error.message);
  if (!error.hint.empty()) say(ink(Ink::blue, "help: ") + error.hint);
  return exit_code_of(error.code);
}

std::string Terminal::ink(Ink ink, std::string_view text) const {
  if (!colour_ || ink == Ink::plain) return std::string(text);
  return escape_of(ink) + std::string(text) + "\033[0m";
}

}  // namespace weir::cli
