#include "cli/terminal/json_argument.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include <fmt/format.h>

namespace weir::cli {

Result<std::string> read_text(const std::string& argument) {
  if (!argument.starts_with('@')) return argument;
  auto path = argument.substr(1);
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream file(path, std::ios::binary);
  text << file.rdbuf();
  if (!file)
    return fail(Code::not_found, fmt::format("cannot read '{}'", path), "check the path behind the @");
  return text.str();
}

Result<json> read_object(const std::string& argument, std::string_view what) {
  if (argument.empty()) return fail(Code::invalid, fmt::format("{} is missing", what), "give --json @FILE");
  auto text = read_text(argument);
  if (!text) return std::unexpected(text.error());
  bool is_file = argument.starts_with('@');
  auto value = parse_json(*text);
  auto where = is_file ? argument.substr(1) : std::string("--json");
  if (!value) {
    return fail(Code::invalid, fmt::format("{}:{}", where, value.error().message),
                is_file ? "" : "to read a file write --json @FILE");
  }
  if (!value->is_object()) {
    return fail(Code::invalid, fmt::format("{}: {} is an object, not {}", where, what, type_name(*value)));
  }
  return value;
}

}  // namespace weir::cli
