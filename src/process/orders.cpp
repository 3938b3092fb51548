// The orders of a supervisor as zero-terminated strings: grace, program, directory, exit file, limits of output and
// memory, the number of arguments, the arguments, the environment. None of them can hold a zero byte: find_program() has refused
// it.
#include <charconv>

#include "process/supervisor.h"

namespace weir::process {
namespace {

constexpr std::ptrdiff_t fixed_parts = 7;  ///< before the arguments

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string encode(const Orders& orders) {
  std::string text;
  auto add = [&](std::string_view part) { (text += part) += '\0'; };
  add(std::to_string(orders.grace_ms));
  add(orders.program);
  add(orders.command.directory.native());
  add(orders.exit_file);
  add(std::to_string(orders.output_bytes_max));
  add(std::to_string(orders.memory_bytes_max));
  add(std::to_string(orders.command.argv.size()));
  for (const auto& argument : orders.command.argv) add(argument);
  for (const auto& entry : orders.command.environment) add(entry);
  return text;
}

std::optional<Orders> decode_orders(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    auto end = text.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (parts.size() < fixed_parts) return std::nullopt;
  auto grace = parse_number<std::int32_t>(parts[0]);
  auto output = parse_number<std::int64_t>(parts[4]);
  auto memory = parse_number<std::int64_t>(parts[5]);
  auto arguments = parse_number<std::int32_t>(parts[6]);
  if (!grace || !output || !memory || !arguments || *arguments < 1 ||
      parts.size() < fixed_parts + static_cast<std::size_t>(*arguments)) {
    return std::nullopt;
  }
  auto environment = parts.begin() + fixed_parts + *arguments;
  return Orders{.command = {.argv = {parts.begin() + fixed_parts, environment},
                            .environment = {environment, parts.end()},
                            .directory = parts[2]},
                .program = parts[1],
                .exit_file = parts[3],
                .output_bytes_max = *output,
                .memory_bytes_max = *memory,
                .grace_ms = *grace};
}

}  // namespace weir::process
