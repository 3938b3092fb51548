#include "workspace/jobs/settings/reference_names.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/nearest.h"
#include "workspace/jobs/settings/job_settings.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

using Names = std::vector<std::string>;

const Names& time_names() {
  static const Names names{"iso_date", "iso_datetime", "iso_weekday", "is_weekday", "year",        "month",
                           "day",      "hour",         "minute",      "second",     "timestamp_ms"};
  return names;
}

/// What may follow `start` in a name; empty: anything, or nothing is known about it.
Names members_of(std::string_view start, std::size_t level, const std::string& second) {
  if (level == 1) {
    if (start == "job")
      return {"id", "name", "run_id", "repair_count", "start_time", "trigger", "parameters"};
    if (start == "task") return {"name", "run_id", "execution_count", "notebook_path"};
    if (start == "workspace") return {"id", "url"};
  }
  if (level == 2) {
    if (start == "job" && second == "start_time") return time_names();
    if (start == "job" && second == "trigger") return {"type", "time", "file_arrival", "table_update"};
    if (start == "tasks")
      return {"run_id", "result_state", "error_code", "execution_count", "notebook_path", "values", "output"};
  }
  return {};
}

Answer<void> check_name(const Reference& reference) {
  const auto& parts = reference.parts;
  std::string second = parts.size() > 1 ? parts[1] : "";
  for (std::size_t level = 1; level < parts.size(); ++level) {
    Names known = members_of(parts[0], level, second);
    if (known.empty() || contains(known, parts[level])) continue;
    return invalid_parameter(fmt::format("The reference '{{{{{}}}}}' is not known: {}", reference.name(),
                                         suggest(parts[level], known)));
  }
  Names next = members_of(parts[0], parts.size(), second);
  bool is_short = !next.empty() || (parts[0] == "tasks" && parts.size() < 3);
  if (!is_short) return {};
  return invalid_parameter(fmt::format("The reference '{{{{{}}}}}' says not what of it is meant{}",
                                       reference.name(), next.empty() ? "." : ": " + suggest("", next)));
}

Answer<void> check_text(std::string_view text) {
  for (Reference one = find_reference(text, 0); one.length > 0;
       one = find_reference(text, one.at + one.length))
    if (auto checked = check_name(one); !checked) return checked;
  return {};
}

Answer<void> check_value(const json& value) {
  if (value.is_string()) return check_text(std::string_view(value.get_string()));
  if (const auto* object = value.if_object()) {
    for (const auto& [key, member] : *object)
      if (auto checked = check_value(member); !checked) return checked;
  } else if (const auto* array = value.if_array()) {
    for (const json& member : *array)
      if (auto checked = check_value(member); !checked) return checked;
  }
  return {};
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// nullopt when it is no name.
std::optional<Names> parts_of(std::string_view name) {
  Names parts{""};
  bool quoted = false;
  for (char c : name) {
    if (c == '`')
      quoted = !quoted;
    else if (!quoted && c == '.')
      parts.emplace_back();
    else if (quoted || is_name_character(c))
      parts.back() += c;
    else
      return std::nullopt;
  }
  if (quoted || std::ranges::any_of(parts, &std::string::empty)) return std::nullopt;
  return parts;
}

}  // namespace

std::string Reference::name() const { return fmt::format("{}", fmt::join(parts, ".")); }

Reference find_reference(std::string_view text, std::size_t from) {
  while (true) {
    std::size_t open = text.find("{{", from);
    std::size_t close = open == text.npos ? text.npos : text.find("}}", open);
    if (close == text.npos) return {};
    // "{{{job.id}}": the last two braces count.
    while (text[open + 2] == '{') ++open;
    auto parts = parts_of(trimmed(text.substr(open + 2, close - open - 2)));
    if (parts) return {.at = open, .length = close + 2 - open, .parts = std::move(*parts)};
    from = open + 2;
  }
}

Answer<void> check_references(const JsonObject& settings) {
  for (const json& task : tasks_of(settings))
    if (auto type = type_of_task(task.get_object()); !type.empty())
      if (auto checked = check_value(task.at(type)); !checked) return checked;
  const json* parameters = settings.if_contains("parameters");
  return parameters ? check_value(*parameters) : Answer<void>();
}

}  // namespace weir::workspace
