#include "yaml/read_value.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "core/flow.h"

namespace weir::yaml {
namespace {

bool is_number(const Node& node) { return node.type == Node::Type::scalar && node.scalar.is_number(); }

bool is_integer(const Node& node) { return is_number(node) && !node.scalar.is_double(); }

bool is_one_of(std::string_view text, std::span<const std::string> known) {
  return std::ranges::find(known, text) != known.end();
}

/// Durations are numbers with units: what YAML takes for text or for a number.
bool may_be_duration(const Node& node) {
  return node.type == Node::Type::scalar && !node.is_null() && !node.scalar.is_bool();
}

}  // namespace

std::string shown(const Node& node) {
  if (node.is_text()) return fmt::format("'{}'", node.text);
  return node.type == Node::Type::scalar && !node.is_null() ? node.text : type_phrase(node);
}

std::optional<bool> read_flag(std::string_view name, const Node& node, Faults& faults) {
  if (refuse_template(node, faults)) return std::nullopt;
  if (node.type == Node::Type::scalar && node.scalar.is_bool()) return node.scalar.get_bool();
  faults.add(node.at, fmt::format("'{}' must be true or false, not {}", name, shown(node)));
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(std::string_view name, const Node& node, Range<std::int64_t> range,
                                         Faults& faults) {
  if (refuse_template(node, faults)) return std::nullopt;
  if (!is_integer(node)) {
    faults.add(node.at, fmt::format("'{}' must be an integer, not {}", name, shown(node)),
               fmt::format("{} to {}", range.first, range.last));
    return std::nullopt;
  }
  boost::json::error_code error;
  auto number = node.scalar.to_number<std::int64_t>(error);
  if (!error && number >= range.first && number <= range.last) return number;
  faults.add(node.at,
             fmt::format("'{}' must be from {} to {}, not {}", name, range.first, range.last, node.text));
  return std::nullopt;
}

std::optional<double> read_number(std::string_view name, const Node& node, Range<double> range,
                                  Faults& faults) {
  if (refuse_template(node, faults)) return std::nullopt;
  if (!is_number(node)) {
    faults.add(node.at, fmt::format("'{}' must be a number, not {}", name, shown(node)),
               fmt::format("{} to {}", range.first, range.last));
    return std::nullopt;
  }
  auto number = node.scalar.to_number<double>();
  if (number >= range.first && number <= range.last) return number;
  faults.add(node.at,
             fmt::format("'{}' must be from {} to {}, not {}", name, range.first, range.last, node.text));
  return std::nullopt;
}

std::optional<Duration> read_duration(std::string_view name, const Node& node, Faults& faults) {
  if (refuse_template(node, faults)) return std::nullopt;
  if (!may_be_duration(node)) {
    faults.add(node.at, fmt::format("'{}' must be a duration, not {}", name, type_phrase(node)),
               "write for example 500ms, 10s, 2m, 1h30m or 1d");
    return std::nullopt;
  }
  auto duration = parse_duration(node.text);
  if (duration) return *duration;
  faults.add(node.at, within(fmt::format("'{}'", name), duration.error()));
  return std::nullopt;
}

std::optional<Duration> read_timeout(std::string_view name, const Node& node, Faults& faults) {
  auto duration = read_duration(name, node, faults);
  if (!duration || *duration > Duration{0}) return duration;
  faults.add(node.at, fmt::format("'{}' must be longer than nothing", name), "leave it out for no limit");
  return std::nullopt;
}

std::optional<std::string> read_text(std::string_view name, const Node& node, Faults& faults, bool numbers) {
  if (refuse_template(node, faults)) return std::nullopt;
  if (node.is_text() || (numbers && is_number(node))) return node.text;
  faults.add(node.at, fmt::format("'{}' must be text, not {}", name, shown(node)));
  return std::nullopt;
}

std::optional<std::string> read_choice(std::string_view name, const Node& node,
                                       std::span<const std::string> choices, Faults& faults) {
  if (refuse_template(node, faults)) return std::nullopt;
  if (node.is_text() && is_one_of(node.text, choices)) return node.text;
  faults.add_unknown(node.at, fmt::format("'{}' cannot be {}", name, shown(node)), node.text, choices);
  return std::nullopt;
}

std::vector<PlacedText> read_texts(std::string_view name, const Node& node, Faults& faults) {
  std::vector<PlacedText> texts;
  auto take = [&](const Node& item) {
    if (refuse_template(item, faults)) return;
    if (item.is_text()) return texts.push_back({item.text, item.at});
    faults.add(item.at, fmt::format("'{}' lists texts, not {}", name, shown(item)));
  };
  if (node.type == Node::Type::sequence) {
    for (const Node* item : node.items) take(*item);
  } else if (node.is_text()) {
    take(node);
  } else {
    faults.add(node.at, fmt::format("'{}' must be text or a list of texts, not {}", name, shown(node)));
  }
  return texts;
}

void refuse_unknown_members(const Node& mapping, std::span<const std::string> known, Faults& faults) {
  for (const auto& member : mapping.members) {
    if (is_one_of(member.name, known)) continue;
    faults.add_unknown(member.name_at, fmt::format("unknown key '{}'", member.name), member.name, known);
  }
}

bool refuse_template(const Node& node, Faults& faults) {
  if (!node.is_text() || node.text.find("{{") == std::string::npos) return false;
  faults.add(node.at, "a template is not looked up here",
             "templates belong in the inputs of a task's kind, and in its map, when and cache key");
  return true;
}

bool check_name(std::string_view what, std::string_view name, Position at, Faults& faults) {
  if (core::is_valid_name(name)) return true;
  faults.add(
      at, fmt::format("'{}' is not a valid {} name", name, what),
      fmt::format("use letters, digits, _ - and ., starting with a letter, digit or _, at most {} in all",
                  core::name_length_max));
  return false;
}

}  // namespace weir::yaml
