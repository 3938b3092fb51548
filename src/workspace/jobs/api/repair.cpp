#include "workspace/jobs/api/repair.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/nearest.h"
#include "workspace/home/sql.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

using LastAttempts = std::map<std::string, const Run*>;

LastAttempts last_attempts(const std::vector<Run>& tasks) {
  LastAttempts last;
  for (const Run& task : tasks) last[task.task_key] = &task;
  return last;
}

bool wants_another_attempt(const Run& task) {
  return task.result != ResultState::success && task.result != ResultState::excluded &&
         task.result != ResultState::disabled;
}

bool depends_on_any(const Run& task, const std::set<std::string>& keys) {
  const json* edges = find(task.spec, "depends_on");
  return edges && edges->is_array() && std::ranges::any_of(edges->get_array(), [&](const json& edge) {
           return keys.contains(string_or(edge, "task_key", ""));
         });
}

void add_dependents(std::set<std::string>& keys, const LastAttempts& tasks) {
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [key, task] : tasks)
      if (depends_on_any(*task, keys)) grew = keys.insert(key).second || grew;
  }
}

Answer<std::set<std::string>> named_tasks(const JsonArray& names, const LastAttempts& tasks) {
  std::vector<std::string> known;
  for (const auto& [key, task] : tasks) known.push_back(key);
  std::set<std::string> keys;
  for (const json& name : names) {
    auto key = coerce_text(name);
    if (!key) return invalid_parameter("Field 'rerun_tasks' must be an array of task keys.");
    if (!tasks.contains(*key)) {
      std::string hint = suggest(*key, known);
      return invalid_parameter(
          fmt::format("The run has no task '{}'{}.", *key, hint.empty() ? "" : " (" + hint + ")"));
    }
    keys.insert(*key);
  }
  return keys;
}

JsonArray ids_between(const std::vector<Run>& tasks, std::int64_t above, std::int64_t below) {
  JsonArray ids;
  for (const Run& task : tasks)
    if (task.run_id > above && task.run_id < below) ids.push_back(task.run_id);
  return ids;
}

}  // namespace

Result<std::int64_t> RepairStore::insert(const Repair& repair) {
  auto id = state_.next_id();
  if (!id) return id;
  auto inserted = execute(state_.database(),
                          "INSERT INTO repairs (repair_id, run_id, created_ms, before) VALUES (?,?,?,?)", *id,
                          repair.run_id, repair.created_ms, to_text(repair.before));
  return value_after(inserted, *id);
}

Result<std::vector<Repair>> RepairStore::of_run(std::int64_t run_id) {
  std::vector<Repair> repairs;
  auto read = each_row(
      state_.database(),
      "SELECT repair_id, run_id, created_ms, before FROM repairs WHERE run_id = ? ORDER BY repair_id",
      [&](sqlite::Statement& row) {
        repairs.push_back({.repair_id = row.integer(0),
                           .run_id = row.integer(1),
                           .created_ms = row.integer(2),
                           .before = parse_json(row.text_view(3)).value_or(JsonObject{})});
      },
      run_id);
  return value_after(read, std::move(repairs));
}

Answer<std::vector<std::string>> tasks_to_rerun(const JsonObject& fields, const std::vector<Run>& tasks) {
  Fields in(fields);
  const JsonArray* names = in.optional_array("rerun_tasks");
  bool all_failed = in.boolean_or("rerun_all_failed_tasks", false);
  bool dependents = in.boolean_or("rerun_dependent_tasks", false);
  if (in.refusal()) return std::unexpected(*in.refusal());
  bool named = names && !names->empty();
  if (named && all_failed)
    return invalid_parameter("Give either 'rerun_tasks' or 'rerun_all_failed_tasks', not both.");
  if (!named && !all_failed)
    return invalid_parameter(
        "Say what to run again: 'rerun_tasks' with task keys, or 'rerun_all_failed_tasks'.");

  LastAttempts last = last_attempts(tasks);
  std::set<std::string> keys;
  if (named) {
    auto chosen = named_tasks(*names, last);
    if (!chosen) return std::unexpected(chosen.error());
    keys = std::move(*chosen);
  }
  if (all_failed)
    for (const auto& [key, task] : last)
      if (wants_another_attempt(*task)) keys.insert(key);
  if (dependents) add_dependents(keys, last);
  if (keys.empty()) return invalid_parameter("The run has no failed tasks to run again.");
  return std::vector<std::string>(keys.begin(), keys.end());
}

Answer<void> check_latest_repair(const JsonObject& fields, const std::vector<Repair>& earlier) {
  Fields in(fields);
  auto latest = in.optional_integer("latest_repair_id");
  if (in.refusal()) return std::unexpected(*in.refusal());
  std::int64_t expected = earlier.empty() ? 0 : earlier.back().repair_id;
  if (!latest && expected == 0) return {};
  if (!latest)
    return invalid_parameter(
        fmt::format("The run was repaired before: 'latest_repair_id' is required and must be {}.", expected));
  if (*latest == expected) return {};
  if (expected == 0) return invalid_parameter(fmt::format("The run has no repair {}: it has none.", *latest));
  return invalid_parameter(
      fmt::format("'latest_repair_id' is {}, but the latest repair of this run is {}.", *latest, expected));
}

JsonArray show_history(const JsonObject& shown_run, const Run& run, const std::vector<Run>& tasks,
                       const std::vector<Repair>& repairs) {
  json now = JsonObject{
      {"state", shown_run.at("state")}, {"status", shown_run.at("status")}, {"end_time", run.ended_ms}};
  JsonArray history;
  for (std::size_t i = 0; i <= repairs.size(); ++i) {
    bool is_last = i == repairs.size();
    bool is_original = i == 0;
    JsonObject item = (is_last ? now : repairs[i].before).get_object();
    std::int64_t above = is_original ? 0 : repairs[i - 1].repair_id;
    std::int64_t below = is_last ? std::numeric_limits<std::int64_t>::max() : repairs[i].repair_id;
    item["type"] = is_original ? "ORIGINAL" : "REPAIR";
    if (!is_original) item["id"] = above;
    item["start_time"] = is_original ? run.created_ms : repairs[i - 1].created_ms;
    item["task_run_ids"] = ids_between(tasks, above, below);
    history.push_back(std::move(item));
  }
  return history;
}

}  // namespace weir::workspace
