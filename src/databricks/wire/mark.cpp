#include "databricks/wire/mark.h"

#include <fmt/format.h>

namespace weir::databricks {
namespace {

constexpr std::string_view opening = "[started by weir: ";
constexpr std::string_view closing = "]";

json* first_task(json& run) {
  json* tasks = find(run, "tasks");
  auto* list = tasks ? tasks->if_array() : nullptr;
  return list && !list->empty() && list->front().is_object() ? &list->front() : nullptr;
}

}  // namespace

void put_mark(json& body, std::string_view who, std::string_view token) {
  json* task = first_task(body);
  if (!task) return;
  auto before = string_or(*task, "description", "");
  task->get_object()["description"] =
      fmt::format("{}{}{}{}, {}{}", before, before.empty() ? "" : " ", opening, who, token, closing);
}

std::optional<std::string> mark_of(const json& run) {
  const json* tasks = find(run, "tasks");
  if (!tasks || !tasks->is_array()) return std::nullopt;
  for (const auto& task : tasks->get_array()) {
    auto text = string_or(task, "description", "");
    auto start = text.rfind(opening);
    auto end = text.rfind(closing);
    if (start == text.npos || end == text.npos || end < start) continue;
    auto comma = text.rfind(", ", end);
    if (comma != text.npos && comma > start) return text.substr(comma + 2, end - comma - 2);
  }
  return std::nullopt;
}

}  // namespace weir::databricks
